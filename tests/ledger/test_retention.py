"""What leaves the ledger: only what is old and loaded, proven first, and nothing lost or twice at any instant."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from ledger import archive, retention
from ledger.archive import ArchiveFile
from ledger.database import Ledger, open_ledger
from ledger.errors import ArchiveBroken
from ledger.history import all_scans_after
from ledger.receipts import Receipt, after, keep
from ledger.retention import Rule, archive_next, count_old, finish, oldest_kept
from ledger.tables import archives, receipts
from settings import IST, PROJECT_DIR, Settings
from tests.ledger.test_database import NOW, receipt

OLD = NOW - timedelta(days=40)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "receipts"


def retain(ledger: Ledger, folder: Path, loaded_to: int = 1_000_000) -> list[tuple[ArchiveFile, int]]:
    moved = finish(ledger, folder, NOW)
    while one := archive_next(ledger, Rule(folder, BEFORE, loaded_to), NOW):
        moved.append(one)
    return moved


def everything(ledger: Ledger, folder: Path) -> list[Any]:
    """All receipts with scans that a reader gets who begins at the beginning, in small groups."""
    found: list[Any] = []
    while group := all_scans_after(ledger, folder, found[-1].id if found else 0, 3, 1 << 20):
        found += group
    return found


def kept(ledger: Ledger) -> list[bytes]:
    return [row.body for row in after(ledger, 0, 1_000)]


def test_a_receipt_comes_back_as_it_was(ledger: Ledger, folder: Path) -> None:
    body = bytes(range(256)) * 5
    keep(ledger, [receipt(body, received_at=OLD, headers={"a": "é"}, source="10.0.0.1", message_id="m")])
    (before,) = after(ledger, 0, 10)
    assert retain(ledger, folder) == [(ArchiveFile(OLD.astimezone(IST).date(), "push", 1, 1), 1)]
    assert after(ledger, 0, 10) == []
    (row,) = all_scans_after(ledger, folder, 0, 10, 1 << 20)
    assert row._asdict() == before._asdict()


def test_any_tool_reads_the_files_by_day(ledger: Ledger, folder: Path) -> None:
    keep(ledger, [receipt(b"%d" % n, received_at=OLD + timedelta(days=n)) for n in range(3)])
    retain(ledger, folder)
    found = duckdb.sql(f"from read_parquet('{folder}/*/*.parquet') select day::varchar, id, body order by id")
    assert found.fetchall() == [(f"2026-01-{29 + n}", n + 1, b"%d" % n) for n in range(3)]
    assert {codec for (codec,) in duckdb.sql(
        f"select distinct compression from parquet_metadata('{folder}/*/*.parquet')"
    ).fetchall()} == {"ZSTD"}  # fmt: skip


def test_what_is_not_loaded_or_not_old_stays_and_documents_leave_by_age(ledger: Ledger, folder: Path) -> None:
    keep(ledger, [
        receipt(b"loaded", received_at=OLD), receipt(b"young", received_at=BEFORE),
        receipt(b"answer", kind="tracking", received_at=OLD),
        receipt(b"not loaded", received_at=OLD), receipt(b"proof", kind="document", received_at=OLD),
        receipt(b"another kind", kind="odd", received_at=OLD),
    ])  # fmt: skip
    rule = Rule(folder, BEFORE, loaded_to=3)
    assert vars(count_old(ledger, rule)) == {"leaving": 3, "staying": 2}
    moved = retain(ledger, folder, loaded_to=3)
    assert sorted((file.kind, file.first_id) for file, _ in moved) == [
        ("document", 5), ("push", 1), ("tracking", 3),
    ]  # fmt: skip
    assert kept(ledger) == [b"young", b"not loaded", b"another kind"]
    assert [row.body for row in everything(ledger, folder)] == [b"loaded", b"young", b"answer", b"not loaded"]


def test_a_day_is_one_in_ist_and_leaves_as_a_whole() -> None:
    assert oldest_kept(datetime(2026, 3, 10, 18, 29, tzinfo=UTC), 30) == datetime(
        2026, 2, 7, 18, 30, tzinfo=UTC
    )
    assert oldest_kept(datetime(2026, 3, 10, 18, 30, tzinfo=UTC), 30) == datetime(
        2026, 2, 8, 18, 30, tzinfo=UTC
    )


def test_readers_get_all_in_the_order_of_ids_wherever_it_lies(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of neighbouring days and of two kinds overlap in their ids, and some of the oldest are not old."""
    monkeypatch.setattr(retention, "_MOST", 3)
    given = [
        receipt(
            b"%d" % number, kind=("push", "tracking")[number % 3 == 0],
            received_at=NOW if number % 7 == 0 else OLD + timedelta(minutes=30 * (number ^ 5)),
        )
        for number in range(1, 100)
    ]  # fmt: skip
    keep(ledger, given)
    assert len(retain(ledger, folder, loaded_to=80)) > 20
    assert [row.body for row in everything(ledger, folder)] == [one.body for one in given]
    some = all_scans_after(ledger, folder, 50, 1_000, 6)
    assert [row.body for row in some] == [b"51", b"52", b"53"]


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any, str, bool], None]]:
    """Let a function be the last thing that a run does, before or after it did its work."""

    def die(where: Any, name: str, is_done: bool) -> None:
        honest = getattr(where, name)

        def last(*args: Any, **given: Any) -> None:
            if is_done:
                honest(*args, **given)
            raise KeyboardInterrupt

        monkeypatch.setattr(where, name, last)

    yield die


@pytest.mark.parametrize(
    ("where", "name", "is_done"),
    [
        (archive.pq, "write_table", True), (archive, "_sync", True), (archive, "prove", True),
        (archive.Path, "replace", False), (archive.Path, "replace", True), (retention, "_leave", False),
        (sa, "delete", False), (retention, "_leave", True),
    ],
)  # fmt: skip
def test_a_run_that_dies_loses_nothing_and_doubles_nothing(
    ledger: Ledger, folder: Path, dying: Callable[[Any, str, bool], None], monkeypatch: pytest.MonkeyPatch,
    where: Any, name: str, is_done: bool,
) -> None:  # fmt: skip
    given = [receipt(b"%d" % n, received_at=OLD, message_id=f"m{n}") for n in range(9)]
    keep(ledger, given)
    dying(where, name, is_done)
    with pytest.raises(KeyboardInterrupt):
        retain(ledger, folder)
    monkeypatch.undo()
    bodies = [one.body for one in given]
    assert [row.body for row in everything(ledger, folder)] == bodies
    # What is loaded moved on meanwhile: the next file would be another.
    keep(ledger, [receipt(b"9", received_at=OLD)])
    retain(ledger, folder)
    assert [row.body for row in everything(ledger, folder)] == [*bodies, b"9"]
    assert kept(ledger) == []
    assert not list(folder.rglob(".incoming-*"))
    assert [one.is_new for one in keep(ledger, given)] == [False] * 9


def test_kills_at_random_instants_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(9)
    ledger = open_ledger(Settings(data_dir=tmp_path))
    given = [receipt(b"%d" % n, received_at=OLD, message_id=f"m{n}") for n in range(600)]
    keep(ledger, given)
    killed = 0
    for _ in range(8):
        command = [sys.executable, "-m", "tests.ledger.retaining", str(tmp_path)]
        process = subprocess.Popen(command, cwd=PROJECT_DIR, stdout=subprocess.PIPE)
        assert process.stdout is not None and process.stdout.readline() == b"begins\n"
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        killed += process.wait() != 0
        process.stdout.close()
        assert [row.body for row in everything(ledger, tmp_path / "archive")] == [one.body for one in given]
    assert killed > 4
    retain(ledger, tmp_path / "archive")
    assert kept(ledger) == []
    assert [row.body for row in everything(ledger, tmp_path / "archive")] == [one.body for one in given]
    assert not any(one.is_new for one in keep(ledger, given))
    ledger.close()


def test_a_copy_of_a_message_that_left_is_known(ledger: Ledger, folder: Path) -> None:
    first = receipt(b"1", message_id="m", received_at=OLD, headers={"webhook-timestamp": "1"})
    other = receipt(b"2", message_id="m", courier="ekart", received_at=NOW)
    (before,) = keep(ledger, [first])
    retain(ledger, folder)
    again = keep(ledger, [first, other, receipt(b"3")])
    assert [(one.id == before.id, one.is_new) for one in again] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_a_body_without_its_digest_stops_everything_and_nothing_is_deleted(
    ledger: Ledger, folder: Path
) -> None:
    keep(ledger, [receipt(b"1", received_at=OLD), receipt(b"2", received_at=OLD)])
    with ledger.write() as connection:
        connection.execute(sa.update(receipts).where(receipts.c.id == 2).values(body=b"3"))
    with pytest.raises(ArchiveBroken, match="receipt 2 does not have its digest"):
        retain(ledger, folder)
    assert kept(ledger) == [b"1", b"3"]
    assert list(folder.rglob("*.parquet")) == []


def test_what_is_not_read_back_as_written_is_not_named(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = archive.pq.write_table
    monkeypatch.setattr(archive.pq, "write_table", lambda table, *a, **k: honest(table.slice(1), *a, **k))
    keep(ledger, [receipt(b"1", received_at=OLD), receipt(b"2", received_at=OLD)])
    with pytest.raises(ArchiveBroken, match="not what was read back"):
        retain(ledger, folder)
    assert kept(ledger) == [b"1", b"2"]
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_another_ledgers_file_deletes_nothing(ledger: Ledger, folder: Path) -> None:
    keep(ledger, [receipt(b"1", received_at=OLD), receipt(b"2", received_at=OLD)])
    retain(ledger, folder)
    with ledger.write() as connection:
        connection.execute(sa.delete(archives))
    with pytest.raises(ArchiveBroken, match="holds other receipts than this ledger: nothing was deleted"):
        retain(ledger, folder)
    with ledger.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(archives)) == 0


@pytest.mark.parametrize("harm", ["gone", "cut", "shorter"])
def test_a_harmed_archive_is_told_and_never_skipped(ledger: Ledger, folder: Path, harm: str) -> None:
    keep(ledger, [receipt(b"%d" % n, received_at=OLD) for n in range(5)])
    ((file, _),) = retain(ledger, folder)
    path = folder / file.name
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        archive.pq.write_table(archive.pq.ParquetFile(path).read().slice(1), path)
    with pytest.raises(ArchiveBroken, match=path.name):
        everything(ledger, folder)


def test_sqlites_file_does_not_grow_when_as_much_comes_as_leaves(tmp_path: Path, folder: Path) -> None:
    """What came takes the pages of what left; PostgreSQL's own vacuum does the same."""
    ledger = open_ledger(Settings(data_dir=tmp_path))

    def fill(at: datetime) -> list[Receipt]:
        return [receipt(b"%d" % n + bytes(3_000), received_at=at, message_id=f"{at}{n}") for n in range(500)]

    keep(ledger, fill(OLD))
    ledger.close()
    full = (tmp_path / "ledger.db").stat().st_size
    for turn in range(4):
        retain(ledger, folder)
        keep(ledger, fill(OLD + timedelta(seconds=turn + 1)))
    ledger.close()
    assert (tmp_path / "ledger.db").stat().st_size < 1.15 * full


@pytest.mark.parametrize("first", [3, 5])
def test_a_file_whose_receipts_are_all_elsewhere_is_dropped(ledger: Ledger, folder: Path, first: int) -> None:
    """Of two runs at once one was killed before its file counted: it would be refused every night."""
    given = [receipt(b"%d" % n, received_at=OLD) for n in range(5)]
    keep(ledger, given)
    rows = after(ledger, 0, 10)
    other = ArchiveFile(OLD.astimezone(IST).date(), "push", 1, 4)
    retain(ledger, folder, loaded_to=first)
    archive.write(folder, other, rows[:4])
    assert (folder / other.name).exists()
    retain(ledger, folder)
    assert not (folder / other.name).exists()
    assert [row.body for row in everything(ledger, folder)] == [one.body for one in given]


def test_a_file_that_alone_holds_a_receipt_is_never_dropped(ledger: Ledger, folder: Path) -> None:
    keep(ledger, [receipt(b"%d" % n, received_at=OLD) for n in range(5)])
    rows = after(ledger, 0, 10)
    retain(ledger, folder, loaded_to=3)
    other = ArchiveFile(OLD.astimezone(IST).date(), "push", 1, 4)
    archive.write(folder, other, rows[:4])
    with ledger.write() as connection:
        connection.execute(sa.delete(receipts).where(receipts.c.id == 4))
    with pytest.raises(ArchiveBroken, match="holds other receipts"):
        retain(ledger, folder)
    assert (folder / other.name).exists()
