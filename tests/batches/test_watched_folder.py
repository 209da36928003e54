"""Files dropped into a folder are stored once, whatever happens to the folder, the store or the process in between."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from collector.batches.rows import reject_row, run_row
from collector.collector import Collector
from collector.files import intake
from collector.files.candidates import partial
from collector.files.reader import FileContext, Tables, Unreadable
from collector.files.watch import FolderWatch, sources
from domain.configuration import Configuration
from domain.files import WatchedFolder
from store.store import Store
from tests.batches.conftest import Read

SUITE = (
    '<testsuite name="load" tests="2"><testcase name="a"/><testcase name="b"><failure message="no price"/></testcase></testsuite>'
)
Watch = Callable[..., FolderWatch]


def twice(watch: FolderWatch) -> None:
    """Seen, then seen unchanged."""
    watch.poll()
    time.sleep(0.005)
    assert watch.poll()


def drop(folder: Path, name: str = "load.xml", text: str = SUITE) -> Path:
    file = folder / name
    # Content that another test has not stored already.
    file.write_text(text.replace("<testcase", f"<!-- {folder} --><testcase", 1) if text == SUITE else text)
    return file


def test_a_file_becomes_a_run_with_its_rejects(watch: Watch, tmp_path: Path, read: Read) -> None:
    drop(tmp_path)
    twice(watch())
    [run] = read("batch_run_states", "job, interface_id, status, source, file_name, records_read, records_rejected")
    assert run == {
        "job": "price-load", "interface_id": "erp-price-load", "status": "partial", "source": "junit", "file_name": "load.xml",
        "records_read": 2, "records_rejected": 1,
    }  # fmt: skip
    assert [row["message"] for row in read("batch_rejects FINAL", "message")] == ["b: no price"]
    assert len(read("failures FINAL", "failure_id")) == 1


def test_the_same_content_counts_once_under_any_name_and_after_a_restart(watch: Watch, tmp_path: Path, read: Read) -> None:
    drop(tmp_path)
    twice(watch())
    drop(tmp_path, "again.xml")
    twice(watch())  # a new watch remembers nothing but what is stored
    assert len(read("batch_runs", "run_id")) == 1
    assert [row["outcome"] for row in read("watched_files FINAL", "outcome")] == ["read"]


def test_a_file_that_grows_is_left_alone(watch: Watch, tmp_path: Path, read: Read) -> None:
    watching = watch(settle="50ms")
    file = drop(tmp_path, text=SUITE[:40])  # not XML yet
    watching.poll()
    time.sleep(0.06)
    file.write_text(SUITE)
    assert watching.poll()
    assert read("batch_runs") == []
    time.sleep(0.06)
    watching.poll()
    assert [row["status"] for row in read("batch_runs", "status")] == ["partial"]


@pytest.mark.parametrize(
    "name", [".load.xml.Xq3", "load.xml.part", "load.xml.FILEPART", "~load.xml", "load.xml~", "a.tmp", "#x#"]
)
def test_names_of_files_still_written(name: str) -> None:
    assert partial(name)
    assert not partial("load.xml")


def test_moved_to_done_and_failed(watch: Watch, tmp_path: Path, read: Read) -> None:
    drop(tmp_path)
    drop(tmp_path, "broken.xml", "<testsuite><testcase")
    watching = watch(after="move")
    twice(watching)
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.xml")) == ["done/load.xml", "failed/broken.xml"]
    [run] = [row for row in read("batch_run_states", "status, message, file_name, job") if row["status"] == "failed"]
    assert (run["file_name"], run["job"]) == ("broken.xml", "price-load")
    assert run["message"].startswith("broken.xml is not XML: line 1, column ")
    drop(tmp_path)  # the name is taken in done
    twice(watching)
    assert (tmp_path / "done" / "load.1.xml").exists()


def test_a_failed_file_brought_back_is_read_again(
    watch: Watch, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, "odd.json", '{"results": 1}')
    twice(watch("dbt", after="move"))
    assert len(read("watched_files FINAL WHERE outcome = 'failed'")) == 1
    monkeypatch.setattr(intake, "READERS", {"dbt": Slow()})
    (tmp_path / "failed" / "odd.json").rename(tmp_path / "odd.json")
    twice(watch("dbt", after="move"))
    assert [row["outcome"] for row in read("watched_files FINAL", "outcome")] == ["read"]


def test_delete_keeps_what_failed(watch: Watch, tmp_path: Path) -> None:
    drop(tmp_path)
    drop(tmp_path, "broken.xml", "?")
    twice(watch(after="delete"))
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.xml")] == ["failed/broken.xml"]


def test_kept_files_that_failed_are_told_once(watch: Watch, tmp_path: Path, read: Read) -> None:
    drop(tmp_path, text="?")
    twice(watch())
    twice(watch())
    assert len(read("batch_runs")) == 1


def test_only_what_the_pattern_names(watch: Watch, tmp_path: Path, read: Read) -> None:
    drop(tmp_path)
    drop(tmp_path, "notes.txt", "?")
    (tmp_path / "link.xml").symlink_to("/etc/hostname")
    (tmp_path / "folder.xml").mkdir()
    twice(watch(glob="*.xml"))
    assert [row["status"] for row in read("batch_runs", "status")] == ["partial"]


class Slow:
    """Three pieces; the reader may be told to break before the third."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.read_pieces = 0

    def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
        for n in range(3):
            if n == 2 and self.error is not None:
                raise self.error
            self.read_pieces += 1
            yield {"batch_rejects": [reject_row("price-load", context.run_id, n + 1, context.received, context.received)]}
        yield {"batch_runs": [run_row("price-load", context.run_id, "succeeded", context.received)]}


def test_a_reader_that_breaks_fails_its_file_alone_and_quotes_nothing(
    watch: Watch, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "READERS", {"dbt": Slow(ValueError("123-45-6789"))})
    drop(tmp_path)
    twice(watch("dbt"))
    [message] = [row["message"] for row in read("batch_runs", "message")]
    assert message == "load.xml could not be read: ValueError; report it"


def test_interrupted_half_way_it_is_stored_once(
    watch: Watch, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "READERS", {"dbt": Slow(OSError("drive away"))})
    drop(tmp_path)
    watching = watch("dbt")
    watching.poll()
    time.sleep(0.005)
    assert not watching.poll()
    assert read("watched_files") == []
    monkeypatch.setattr(intake, "READERS", {"dbt": Slow()})
    twice(watch("dbt"))
    assert [row["line"] for row in read("batch_rejects FINAL", "line")] == [1, 2, 3]
    assert len(read("batch_runs")) == 1


def test_stopping_between_pieces_leaves_the_file_for_the_next_start(
    collector: Collector, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = WatchedFolder(id="drop", path=str(tmp_path), reader="dbt")
    watching = FolderWatch(collector, folder)

    class Stopped(Slow):
        def read(self, file: BinaryIO, name: str, context: FileContext) -> Iterator[Tables]:
            for piece in super().read(file, name, context):
                yield piece
                watching._thread.stopping.set()

    monkeypatch.setattr(intake, "READERS", {"dbt": Stopped()})
    drop(tmp_path)
    taken = watching._intake
    [found] = _found(folder)
    assert not taken.take(found)
    assert read("watched_files") == []
    assert len(read("batch_rejects")) <= 1


def _found(folder: WatchedFolder) -> list[Any]:
    from collector.files.candidates import Candidates

    candidates = Candidates(folder.model_copy(update={"settle": folder.settle * 0}))
    return candidates.settled()


def test_a_folder_that_is_away_is_not_the_end(watch: Watch, tmp_path: Path, read: Read, collector: Collector) -> None:
    watching = watch(path=str(tmp_path / "mount"))
    assert not watching.poll()
    assert collector.figures().refused["files", "folder_unreadable"] == 1
    (tmp_path / "mount").mkdir()
    drop(tmp_path / "mount")
    twice(watching)
    assert len(read("batch_runs")) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_nobody_may_read_is_tried_again(watch: Watch, tmp_path: Path) -> None:
    drop(tmp_path).chmod(0)
    watching = watch()
    watching.poll()
    time.sleep(0.005)
    assert not watching.poll()


def test_a_store_that_is_away_is_waited_for(
    store: Store, configuration: Configuration, tmp_path: Path, watch: Watch, collector: Collector, read: Read
) -> None:
    drop(tmp_path)
    collector.stop()
    watching = watch()
    watching.poll()
    time.sleep(0.005)
    assert not watching.poll()
    collector.start()
    assert watching.poll()
    assert len(read("batch_runs")) == 1


def test_runs_by_itself_and_stops(collector: Collector, configuration: Configuration, tmp_path: Path, read: Read) -> None:
    folder = WatchedFolder.model_validate(
        {"id": "drop", "path": str(tmp_path), "reader": "junit", "settle": "10ms", "every": "10ms"}
    )
    [watching] = sources(collector, configuration.model_copy(update={"watched_folders": (folder,)}), {})
    watching.stop()  # before it started
    collector.add(watching)
    watching.start()
    assert watching.name == "folder drop"
    drop(tmp_path)
    until = time.monotonic() + 20
    while not read("watched_files") and time.monotonic() < until:
        time.sleep(0.02)
    watching.stop()
    watching.stop()
    assert [row["job"] for row in read("batch_run_states", "job")] == ["drop"]
    assert "folder drop" not in [thread.name for thread in threading.enumerate()]


def test_unreadable_is_worded_for_people() -> None:
    assert str(Unreadable("a.json is not JSON: line 1")) == "a.json is not JSON: line 1"


def test_every_configured_kind_has_a_reader() -> None:
    kinds: Mapping[str, Any] = intake.READERS
    assert set(kinds) == set(WatchedFolder.model_fields["reader"].annotation.__args__)  # type: ignore[union-attr]
