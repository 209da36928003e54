"""Against a real SFTP server on loopback."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from collector.queues.directory import KIND
from collector.queues.event_loop import EventLoop
from collector.queues.poller import PollFailed
from tests.support.pollers import answering_nothing, built, sampled
from tests.support.receivers import free_port

_PASSWORD = "s3cr3t-of-sftp"


@dataclass
class Server:
    """A running server, the folder it shows as /, and what a client must know."""

    port: int
    root: Path
    known_hosts: Path
    private_key: str
    loop: EventLoop
    acceptor: asyncssh.SSHAcceptor

    def settings(self, **sftp: object) -> dict[str, Any]:
        access = {"host": "127.0.0.1", "port": self.port, "username": "edi", "known_hosts": str(self.known_hosts)}
        return {"folders": [{"path": "/in", "queue": "832-in", "errors": ["error"]}], "sftp": access | sftp}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sftp")
    host_key, own_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    (folder / "authorized").write_text(own_key.export_public_key().decode())
    root = folder / "root"
    (root / "in" / "error").mkdir(parents=True)

    class Users(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("edi", _PASSWORD)

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Users,
            server_host_keys=[host_key],
            authorized_client_keys=str(folder / "authorized"),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        )

    async def stop() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    loop = EventLoop("sftp-server")
    acceptor = loop.run(start(), 30)
    port = acceptor.get_port()
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}")
    yield Server(port, root, known, own_key.export_private_key("openssh").decode(), loop, acceptor)
    loop.run(stop(), 30)
    loop.close()


@pytest.fixture(autouse=True)
def _empty(server: Server) -> None:
    for path in (*server.root.glob("in/*.edi*"), *server.root.glob("in/error/*")):
        path.unlink()


def _fill(server: Server, *names: str, age: float = 0) -> None:
    for name in names:
        (server.root / "in" / name).write_text("ISA*00*")
        os.utime(server.root / "in" / name, (time.time() - age,) * 2)


def test_a_folder_filling_and_draining_over_one_connection(server: Server) -> None:
    settings = server.settings(password={"env": "SFTP_PASSWORD"})
    with built(KIND, settings, {"SFTP_PASSWORD": _PASSWORD}) as poller:
        empty = poller.sample()[0]
        _fill(server, "a.edi", age=700)
        _fill(server, "b.edi", "c.edi.filepart", "error/d.edi")
        filled = poller.sample()[0]
        connection = poller._files._connection  # type: ignore[attr-defined]
        poller.sample()
        assert poller._files._connection is connection  # type: ignore[attr-defined]
    assert (empty.depth, empty.oldest_age_seconds, empty.dead_letters) == (0, 0, 0)
    assert (filled.queue, filled.depth, filled.dead_letters, filled.in_flight) == ("832-in", 2, 1, None)
    assert filled.oldest_age_seconds == pytest.approx(700, abs=30)


def test_a_key_instead_of_a_password(server: Server) -> None:
    _fill(server, "a.edi")
    reading = sampled(KIND, server.settings(private_key={"env": "KEY"}), {"KEY": server.private_key})["832-in"]
    assert reading.depth == 1


def test_a_lost_connection_is_made_anew(server: Server) -> None:
    settings = server.settings(password={"env": "SFTP_PASSWORD"})
    with built(KIND, settings, {"SFTP_PASSWORD": _PASSWORD}) as poller:
        poller.sample()
        poller._files._connection.abort()  # type: ignore[attr-defined]
        time.sleep(0.1)
        assert poller.sample()[0].depth == 0


def test_wrong_password(server: Server) -> None:
    settings = server.settings(password={"env": "SFTP_PASSWORD"})
    with pytest.raises(PollFailed, match="refused the credentials") as failed:
        sampled(KIND, settings, {"SFTP_PASSWORD": "wr0ng-one"})
    assert "wr0ng-one" not in str(failed.value)


def test_a_key_that_is_none_is_not_repeated(server: Server) -> None:
    with pytest.raises(PollFailed, match="private_key cannot be used") as failed:
        sampled(KIND, server.settings(private_key={"env": "KEY"}), {"KEY": "hunter2-hunter2"})
    assert "hunter2" not in str(failed.value)


def test_an_unknown_host_key(server: Server, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {other}")
    settings = server.settings(password={"env": "SFTP_PASSWORD"}, known_hosts=str(tmp_path / "known_hosts"))
    with pytest.raises(PollFailed, match="not in known_hosts"):
        sampled(KIND, settings, {"SFTP_PASSWORD": _PASSWORD})
    accepted = server.settings(password={"env": "SFTP_PASSWORD"}, known_hosts=None, verify=False)
    assert sampled(KIND, accepted, {"SFTP_PASSWORD": _PASSWORD})["832-in"].depth == 0


def test_no_known_hosts(server: Server) -> None:
    with pytest.raises(PollFailed, match=r"sftp\.known_hosts is missing"):
        sampled(KIND, server.settings(password={"env": "P"}, known_hosts=None), {"P": _PASSWORD})


def test_a_folder_that_is_missing(server: Server) -> None:
    settings = server.settings(password={"env": "P"}) | {"folders": [{"path": "/nowhere"}]}
    with pytest.raises(PollFailed, match=r"/nowhere on 127\.0\.0\.1:\d+ cannot be listed"):
        sampled(KIND, settings, {"P": _PASSWORD})


def test_folders_below(server: Server) -> None:
    _fill(server, "a.edi", "error/d.edi")
    folder = {"path": "/in/", "queue": "all", "recursive": True}
    settings = server.settings(password={"env": "P"})
    assert sampled(KIND, settings | {"folders": [folder]}, {"P": _PASSWORD})["all"].depth == 2
    assert sampled(KIND, settings | {"folders": [folder | {"errors": ["error"]}]}, {"P": _PASSWORD})["all"].depth == 1


def test_unreachable(server: Server) -> None:
    with pytest.raises(PollFailed, match="cannot be reached"):
        sampled(KIND, server.settings(port=free_port(), password={"env": "P"}), {"P": _PASSWORD})


def test_silent(server: Server) -> None:
    with answering_nothing() as port, pytest.raises(PollFailed, match=r"in time|cannot be reached"):
        sampled(KIND, server.settings(port=port, verify=False, password={"env": "P"}), {"P": _PASSWORD}, timeout=0.5)
