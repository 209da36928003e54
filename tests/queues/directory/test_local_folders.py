"""Against real folders."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from collector.queues.directory import KIND
from collector.queues.poller import PollFailed, QueueReading
from tests.support.pollers import built, sampled


def _file(path: Path, age: float = 0, content: str = "x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (time.time() - age,) * 2)


def _only(folder: dict[str, object]) -> QueueReading:
    (reading,) = sampled(KIND, {"folders": [folder]}).values()
    return reading


def test_a_folder_filling_and_draining(tmp_path: Path) -> None:
    with built(KIND, {"folders": [{"path": str(tmp_path), "queue": "832-in"}]}) as poller:
        empty = poller.sample()[0]
        for n in range(5):
            _file(tmp_path / f"price{n}.edi", age=100 * n)
        filled = poller.sample()[0]
        for each in tmp_path.iterdir():
            each.unlink()
        drained = poller.sample()[0]
    assert (empty.queue, empty.broker, empty.depth, empty.oldest_age_seconds) == ("832-in", "test", 0, 0)
    assert filled.depth == 5
    assert filled.oldest_age_seconds == pytest.approx(400, abs=30)
    assert (drained.depth, drained.oldest_age_seconds) == (0, 0)
    assert filled.in_flight is filled.consumers is filled.publish_rate is filled.ack_rate is filled.dead_letters is None


@pytest.mark.parametrize(
    "name", [".hidden", "a.tmp", "a.part", "a.filepart", "~lock", "a.edi~", "a.bak", "Thumbs.db", "a.processing", "a.err"]
)
def test_what_is_not_finished_or_no_message_does_not_count(tmp_path: Path, name: str) -> None:
    _file(tmp_path / name, age=1000)
    _file(tmp_path / "a.edi", age=10)
    reading = _only({"path": str(tmp_path)})
    assert reading.depth == 1
    assert reading.oldest_age_seconds is not None and reading.oldest_age_seconds < 500


def test_only_the_names_asked_for(tmp_path: Path) -> None:
    for name in ("a.edi", "b.edi", "c.csv", "old.edi", "C.EDI"):
        _file(tmp_path / name)
    assert _only({"path": str(tmp_path), "files": ["*.edi"], "ignore": ["old*"]}).depth == 2


def test_files_being_worked_on_and_given_up(tmp_path: Path) -> None:
    for name in ("a.edi", "b.edi.busy", "work/c.edi", "error/d.edi", "error/e.edi", "error/.gitkeep", "f.edi.bad"):
        _file(tmp_path / name)
    folder = {"path": str(tmp_path), "working": ["work"], "errors": [str(tmp_path / "error")]}
    reading = _only(folder | {"working_files": ["*.busy"], "error_files": ["*.bad"]})
    assert (reading.depth, reading.in_flight, reading.dead_letters) == (1, 2, 3)


def test_names_alone_make_the_number_known(tmp_path: Path) -> None:
    reading = _only({"path": str(tmp_path), "error_files": ["*.err"]})
    assert (reading.in_flight, reading.dead_letters) == (None, 0)


def test_folders_below_count_when_asked_for_but_not_the_companions(tmp_path: Path) -> None:
    for name in ("a.edi", "h01/b.edi", "h01/deep/c.edi", "error/d.edi"):
        _file(tmp_path / name)
    assert _only({"path": str(tmp_path)}).depth == 1
    recursive = _only({"path": f"{tmp_path}/", "recursive": True, "errors": ["error"]})
    assert (recursive.depth, recursive.dead_letters) == (3, 1)


def test_links(tmp_path: Path) -> None:
    _file(tmp_path / "elsewhere" / "real.edi", age=500)
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "linked.edi").symlink_to(tmp_path / "elsewhere" / "real.edi")
    (inbox / "broken.edi").symlink_to(tmp_path / "nowhere")
    (inbox / "loop").symlink_to(inbox)
    reading = _only({"path": str(inbox), "recursive": True})
    assert reading.depth == 1
    assert reading.oldest_age_seconds == pytest.approx(500, abs=30)


def test_a_file_from_tomorrow_is_new(tmp_path: Path) -> None:
    _file(tmp_path / "a.edi", age=-86_400)
    assert _only({"path": str(tmp_path)}).oldest_age_seconds == 0


def test_a_file_of_1970_has_no_age(tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_text("x")
    os.utime(tmp_path / "a.edi", (0, 0))
    assert _only({"path": str(tmp_path)}).oldest_age_seconds is None


@pytest.mark.parametrize("below", ["", "errors"])
def test_a_folder_that_is_missing_is_not_empty(tmp_path: Path, below: str) -> None:
    folder = {"path": str(tmp_path), "errors": ["nowhere"]} if below else {"path": str(tmp_path / "nowhere")}
    with pytest.raises(PollFailed, match=r"nowhere cannot be listed \(No such file or directory\); check that it exists"):
        _only(folder)


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    _file(tmp_path / "a")
    with pytest.raises(PollFailed, match="Not a directory"):
        _only({"path": str(tmp_path / "a")})


def test_too_many_files(tmp_path: Path) -> None:
    for n in range(4):
        _file(tmp_path / str(n))
    with pytest.raises(PollFailed, match="more than 3 files; raise file_limit"):
        sampled(KIND, {"folders": [{"path": str(tmp_path)}], "file_limit": 3})
