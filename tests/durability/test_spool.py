"""What lies on disk: sealed, whole or not there, in order, bounded."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.spool.keys import KeyProblem, SpoolKeys, Unreadable, configured
from collector.spool.packing import pack, unpack
from collector.spool.quarantine import Quarantine
from collector.spool.segment import Kept, Segment
from collector.spool.spool import Spool, SpoolFull

NOW = datetime(2026, 11, 19, 15, tzinfo=UTC)
KEYS = SpoolKeys((bytes(32),))


def segment(token: str, payload: bytes = b"JOHN DOE", kind: str = "traces") -> Segment:
    return Segment(kind, token, (Kept(payload, os.urandom(32), 1),))


def spool(folder: Path | None, keys: SpoolKeys = KEYS, most: int = 1 << 20, now: datetime = NOW) -> Spool:
    opened = Spool(folder, keys, most, timedelta(hours=1), lambda: now)
    opened.open()
    return opened


def test_what_was_added_outlives_the_process_in_order_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    first = spool(folder)
    added = [first.add(segment(f"{n:x}", str(n).encode()), held=False) for n in range(12)]
    first.finish(added[3])
    begun = first.begin(added[0], 77)
    (folder / "000000000099-traces-ab.fresh.part").write_bytes(b"half")
    first.close()
    again = spool(folder)
    assert [again.read(entry).requests[0].payload for entry in again.waiting("traces", 99)] == [
        str(n).encode() for n in range(12) if n != 3
    ]
    assert again.waiting("traces")[0].name == begun.name
    assert again.first_sequence() == 77
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(folder.glob("*.part"))
    assert not any(b"JOHN" in path.read_bytes() for path in folder.iterdir())
    again.close()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    first = spool(tmp_path)
    with pytest.raises(OSError, match="Another process uses the spool"):
        spool(tmp_path)
    first.close()
    spool(tmp_path).close()


def test_a_replaced_batch_is_gone_even_when_a_kill_left_its_file(tmp_path: Path) -> None:
    first = spool(tmp_path)
    old = first.add(segment("a"), held=False)
    content = (tmp_path / str(old.name)).read_bytes()
    new = first.replace([old], segment("b"), 5, held=False)
    (tmp_path / str(old.name)).write_bytes(content)
    first.close()
    again = spool(tmp_path)
    assert [entry.name for entry in again.waiting("traces", 9)] == [new.name]
    again.close()


def test_a_damaged_file_and_one_of_another_key_are_kept_and_named(tmp_path: Path) -> None:
    first = spool(tmp_path)
    entries = [first.add(segment(token), held=False) for token in "ab"]
    damaged = tmp_path / str(entries[0].name)
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    first.close()
    again = spool(tmp_path, SpoolKeys((bytes(31) + b"1", bytes(32))))
    assert [entry.name for entry in again.waiting("traces", 9)] == [entries[1].name]
    assert "damaged" in again.state().unreadable[0]
    again.close()
    other = spool(tmp_path, SpoolKeys((bytes(31) + b"1",)))
    assert other.waiting("traces") == ()
    assert len(other.state().unreadable) == 2
    assert len(list(tmp_path.glob("*.fresh"))) == 2
    other.close()


def test_bytes_and_age_are_bounded(tmp_path: Path) -> None:
    small = spool(tmp_path, most=1500)
    small.add(segment("a", bytes(1000)), held=False)
    with pytest.raises(SpoolFull, match="limit is 1500"):
        small.add(segment("b", bytes(1000)), held=False)
    small.finish(small.waiting("traces")[0])
    small.add(segment("c", bytes(1000)), held=False)
    small.close()
    late = spool(tmp_path, now=datetime.now(UTC) + timedelta(hours=2))
    with pytest.raises(SpoolFull, match="waits since"):
        late.check_age()
    late.close()


def test_only_what_waits_is_held_against_a_repeat(tmp_path: Path) -> None:
    one = spool(tmp_path)
    held, waiting = segment("a"), segment("b")
    entry = one.add(held, held=True, sequence=1)
    one.add(waiting, held=False)
    assert not any(one.holds(digest) for digest in held.digests)
    assert all(one.holds(digest) for digest in waiting.digests)
    one.release(entry)
    assert all(one.holds(digest) for digest in held.digests)
    for entry in one.waiting("traces", 9):
        one.finish(entry)
    assert not any(one.holds(digest) for digest in held.digests | waiting.digests)
    one.close()


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "not base64 at all!"])
def test_a_key_that_is_none_is_refused_without_being_shown(text: str, tmp_path: Path) -> None:
    if not text:
        generated = configured({}, tmp_path)
        assert generated.generated
        assert configured({}, tmp_path).keys == generated.keys
        assert (tmp_path / "spool.key").stat().st_mode & 0o777 == 0o600
        return
    with pytest.raises(KeyProblem) as raised:
        configured({"SUPPLYSCOPE_SPOOL_KEY": text}, tmp_path)
    assert text not in str(raised.value)


def test_keys_rotate(tmp_path: Path) -> None:
    old, new = "00" * 32, "11" * 32
    (tmp_path / "keys").write_text(f"{new}\n{old}\n")
    sealed = configured({"SUPPLYSCOPE_SPOOL_KEY": old}, None).seal(b"x")
    both = configured({"SUPPLYSCOPE_SPOOL_KEY_FILE": str(tmp_path / "keys")}, None)
    assert both.unseal(sealed) == b"x"
    assert not both.generated
    with pytest.raises(Unreadable):
        configured({"SUPPLYSCOPE_SPOOL_KEY": old}, None).unseal(both.seal(b"x"))
    assert "1111" not in repr(both)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.decimals(allow_nan=False) | st.dates() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.text(), _VALUES, min_size=1), min_size=1))
def test_rows_come_back_as_they_were(rows: list[dict[str, object]]) -> None:
    assert unpack(pack({"t": rows})) == {"t": rows}


def test_a_value_of_no_known_kind_is_refused_by_its_kind() -> None:
    assert unpack(pack({"t": [{"a": Decimal("1.50"), "b": date(2026, 1, 2)}]})) == {
        "t": [{"a": Decimal("1.50"), "b": date(2026, 1, 2)}]
    }
    with pytest.raises(TypeError, match="t: a object cannot be kept"):
        pack({"t": [{"a": object()}]})


def test_what_is_set_aside_says_why_and_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.spool.quarantine._MOST", 2)
    quarantine = Quarantine(tmp_path / "quarantine", KEYS, lambda: datetime.now(UTC))
    for n in range(3):
        quarantine.put("traces", Kept(b"JOHN %d" % n, None, 7), f"reason {n}", acknowledged=n == 1)
    listed = quarantine.listed()
    assert [(one.why, one.records, one.acknowledged) for one in listed] == [("reason 1", 7, True), ("reason 2", 7, False)]
    assert (quarantine.count, quarantine.dropped) == (3, 1)
    assert quarantine.read(listed[0].file).payload == b"JOHN 1"
    assert not any(b"JOHN" in path.read_bytes() for path in (tmp_path / "quarantine").iterdir())
