"""Folders of an SFTP server."""

from __future__ import annotations

import stat
from pathlib import PurePosixPath
from typing import Any

import asyncssh

from collector.http_client import text_of
from collector.queues.directory.backlog import Entry
from collector.queues.directory.config import Sftp
from collector.queues.event_loop import EventLoop
from collector.queues.poller import PollFailed, Setup


class RemoteFiles:
    """One connection, made by the first listing and again when it is gone. Lists files without opening any."""

    def __init__(self, setup: Setup, sftp: Sftp, limit: int) -> None:
        self._sftp = sftp
        self._limit = limit
        self._setup = setup
        self._where = f"{sftp.host}:{sftp.port}"
        self._loop = EventLoop(f"sftp-{setup.id}")
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    def entries(self, path: str, *, recursive: bool, without: frozenset[str] = frozenset()) -> list[Entry]:
        """Every file in `path`; PollFailed when the server or the folder cannot be read, or the folder is too full."""
        try:
            return self._loop.run(self._entries(path, recursive, without), self._setup.timeout)
        except (TimeoutError, asyncssh.TimeoutError) as error:
            raise PollFailed(f"{self._where} did not list {path} in time; raise timeout, or see why it is slow") from error
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPPermissionDenied) as error:
            raise PollFailed(
                f"{path} on {self._where} cannot be listed ({error.reason}); check that it exists and may be read by this user"
            ) from error
        except asyncssh.PermissionDenied as error:
            raise PollFailed(f"{self._where} refused the credentials; check username, password and private_key") from error
        except asyncssh.HostKeyNotVerifiable as error:
            raise PollFailed(
                f"the host key of {self._where} is not in known_hosts ({error.reason}); add it after checking it with the server's "
                "owner: ssh-keyscan prints it"
            ) from error
        except (OSError, asyncssh.Error) as error:
            raise PollFailed(f"{self._where} cannot be reached ({error}); check host, port and the network") from error

    def close(self) -> None:
        try:
            self._loop.run(self._disconnect(), self._setup.timeout)
        finally:
            self._loop.close()

    async def _entries(self, path: str, recursive: bool, without: frozenset[str]) -> list[Entry]:
        client = await self._connected()
        found: list[Entry] = []
        left = [path]
        while left:
            folder = left.pop()
            async for each in client.scandir(folder):
                name = str(each.filename)
                where = str(PurePosixPath(folder) / name)
                if _is_folder(each):
                    if recursive and name not in (".", "..") and where not in without:
                        left.append(where)
                elif _is_file(each):
                    found.append(Entry(name, each.attrs.mtime, each.attrs.size or 0))
                if len(found) > self._limit:
                    raise PollFailed(f"{path} holds more than {self._limit} files; raise file_limit, or clear it out")
        return found

    async def _connected(self) -> asyncssh.SFTPClient:
        if self._client is not None and self._connection is not None and not self._connection.is_closed():
            return self._client
        await self._disconnect()
        self._connection = await asyncssh.connect(**self._options())
        self._client = await self._connection.start_sftp_client()
        return self._client

    async def _disconnect(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            await connection.wait_closed()

    def _options(self) -> dict[str, Any]:
        sftp, environment = self._sftp, self._setup.environment
        return {
            "host": sftp.host,
            "port": sftp.port,
            "username": text_of(sftp.username, environment),
            "password": sftp.password.reveal(environment) if sftp.password else None,
            "client_keys": [self._key()] if sftp.private_key else None,
            "known_hosts": self._known_hosts(),
            "connect_timeout": self._setup.timeout,
            "login_timeout": self._setup.timeout,
            # Nothing of the user's own OpenSSH is taken along: neither configuration nor agent.
            "config": None,
            "agent_path": None,
        }

    def _key(self) -> asyncssh.SSHKey:
        sftp, environment = self._sftp, self._setup.environment
        passphrase = sftp.passphrase.reveal(environment) if sftp.passphrase else None
        assert sftp.private_key is not None
        try:
            return asyncssh.import_private_key(sftp.private_key.reveal(environment) + "\n", passphrase)
        except asyncssh.KeyImportError as error:
            raise PollFailed(
                f"private_key cannot be used ({error}); give the text of the key, and passphrase if it has one"
            ) from error

    def _known_hosts(self) -> asyncssh.SSHKnownHosts | None:
        """None accepts any host key."""
        sftp = self._sftp
        if not sftp.verify:
            return None
        if sftp.known_hosts is None:
            raise PollFailed("sftp.known_hosts is missing; name a file that holds the server's host key, as OpenSSH keeps it")
        try:
            return asyncssh.read_known_hosts(sftp.known_hosts)
        except (OSError, ValueError) as error:
            raise PollFailed(f"sftp.known_hosts {sftp.known_hosts} cannot be read ({error}); name a readable file") from error


def _is_folder(entry: asyncssh.SFTPName) -> bool:
    mode = entry.attrs.permissions
    return mode is not None and stat.S_ISDIR(mode)


def _is_file(entry: asyncssh.SFTPName) -> bool:
    """A server that tells no type of file is believed to list files."""
    mode = entry.attrs.permissions
    return mode is None or stat.S_IFMT(mode) == 0 or stat.S_ISREG(mode)
