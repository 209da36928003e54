"""Settings of a poller of kind directory."""

from __future__ import annotations

from pydantic import Field

from domain.base import Configured
from domain.secrets import Secret

# Names under which programs write what is not finished yet, and what file systems and editors leave behind.
UNFINISHED = (
    ".*", "~*", "*~", "*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.writing", "*.inprogress", "*.crdownload",
    "*.swp", "*.bak", "*.lock", "Thumbs.db", "desktop.ini", "*.processing", "*.err", "*.error", "*.failed", "*.rejected",
)  # fmt: skip


class Folder(Configured):
    """One folder whose files wait to be taken away. A file counts when its name fits `files` and none of `ignore`.

    `queue` is its name, the path when left out. `working` and `errors` are folders where files lie while they are worked on
    and when they were given up; a relative one is below `path`. `working_files` and `error_files` are names of such files in
    `path` itself, whatever `ignore` says. Without folder and names the number is unknown.
    """

    path: str = Field(min_length=1)
    queue: str = ""
    files: tuple[str, ...] = ("*",)
    ignore: tuple[str, ...] = UNFINISHED
    recursive: bool = False
    working: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    working_files: tuple[str, ...] = ()
    error_files: tuple[str, ...] = ()


class Sftp(Configured):
    """The server the folders are on. Its host key must be in `known_hosts`, a file as OpenSSH keeps it.

    One of `password` and `private_key` (the key's text, in OpenSSH's or PEM's form) proves who we are. `verify: false`
    accepts any host key and is for a test network only.
    """

    host: str = Field(min_length=1)
    port: int = Field(default=22, ge=1, le=65535)
    username: Secret | str
    password: Secret | None = None
    private_key: Secret | None = None
    passphrase: Secret | None = None
    known_hosts: str | None = None
    verify: bool = True


class DirectorySettings(Configured):
    """Folders of this machine, or of `sftp`. `file_limit` bounds how many entries of one folder are looked at.

    `broker` stands for the poller's id in what is shown.
    """

    folders: tuple[Folder, ...] = Field(min_length=1)
    sftp: Sftp | None = None
    broker: str = ""
    file_limit: int = Field(default=1_000_000, ge=1)
