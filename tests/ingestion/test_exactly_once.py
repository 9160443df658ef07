"""A file is loaded exactly once, whole or not at all, whatever happens to the process that loads it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.errors import WarehouseBusy
from ingestion.files import load_archive, load_file, load_paths
from ingestion.raw import connect
from settings import Settings

Query = Callable[[str], list[tuple[Any, ...]]]
EVERYTHING = "select * exclude (load_id) from raw.scans order by all"


def scans(first: int, last: int) -> pl.DataFrame:
    """Scans of AWBs first to last, two each."""
    numbers = [number for number in range(first, last) for _ in range(2)]
    return pl.DataFrame(
        {
            "courier": ["generic"] * len(numbers),
            "awb": [f"AWB{number:06}" for number in numbers],
            "scanned_at": [f"2026-03-02T{10 + place % 2}:00:00+05:30" for place in range(len(numbers))],
            "native_code": ["out_for_delivery", "delivered"] * (len(numbers) // 2),
        }
    )


def test_the_same_file_again_changes_nothing_whatever_its_name(
    inbox: Path, settings: Settings, query: Query
) -> None:
    scans(0, 50).write_csv(inbox / "scans.csv")
    first = load_file(inbox / "scans.csv", settings)
    before = query(EVERYTHING), query("from raw.loads"), query("from raw.shipment_keys")
    (inbox / "scans.csv").rename(inbox / "scans_again.csv")

    again = load_file(inbox / "scans_again.csv", settings)

    assert (first.status, first.rows_loaded) == ("loaded", 100)
    assert again.line() == (
        "scans_again.csv: 100 rows read, 0 loaded, 100 duplicates, 0 quarantined (loaded before as scans.csv)"
    )
    assert (query(EVERYTHING), query("from raw.loads"), query("from raw.shipment_keys")) == before


def test_the_same_rows_in_another_file_or_format_are_duplicates(
    inbox: Path, settings: Settings, query: Query
) -> None:
    scans(0, 30).write_csv(inbox / "scans_1.csv")
    scans(20, 40).write_ndjson(inbox / "scans_2.ndjson")
    scans(10, 40).write_parquet(inbox / "scans_3.parquet")

    results = load_paths([inbox], settings)

    assert [(result.rows_loaded, result.rows_duplicate) for result in results] == [(60, 0), (20, 20), (0, 60)]
    assert query("select count(*), count(distinct row_hash) from raw.scans") == [(80, 80)]


def test_a_copy_inside_a_file_is_counted_and_not_stored(
    inbox: Path, settings: Settings, query: Query
) -> None:
    pl.concat([scans(0, 10), scans(5, 10), scans(5, 10)]).write_csv(inbox / "scans.csv")

    result = load_file(inbox / "scans.csv", settings)

    assert (result.rows_read, result.rows_loaded, result.rows_duplicate) == (40, 20, 20)
    assert query("select count(*) from raw.scans") == [(20,)]


def test_an_awb_is_spelt_as_its_smallest_spelling_in_any_order(inbox: Path, tmp_path: Path) -> None:
    one, other = inbox / "scans_1.csv", inbox / "scans_2.csv"
    one.write_text("courier,awb,scanned_at,native_code\nGeneric, aB1 ,2026-03-02,lost\n")
    other.write_text("courier,awb,scanned_at,native_code\ngeneric,AB1,2026-03-03,lost\n")
    found = []
    for place, order in enumerate(([one, other], [other, one])):
        settings = Settings(data_dir=tmp_path / str(place))
        load_paths(order, settings)
        with connect(settings) as connection:
            found.append(
                connection.execute("select shipment_key, courier, awb from raw.shipment_keys").fetchall()
            )

    assert found[0] == found[1]
    assert [row[1:] for row in found[0]] == [("generic", "AB1")]


def test_a_folder_means_its_own_feed_files_and_none_below(inbox: Path, settings: Settings) -> None:
    (inbox / "truth").mkdir()
    scans(0, 2).write_csv(inbox / "truth" / "scans.csv")
    scans(0, 3).write_csv(inbox / "scans.csv")
    (inbox / "README.txt").write_text("not a feed")

    results = load_paths([inbox], settings)

    assert [(result.file_name, result.rows_loaded) for result in results] == [("scans.csv", 6)]


def test_a_folder_without_feed_files_is_refused(inbox: Path, settings: Settings) -> None:
    (result,) = load_paths([inbox], settings)

    assert (
        result.line() == f"{inbox}: expected feed files in this folder, found none; nothing of it was loaded"
    )


#: Where the loading process is killed: a name to patch, or a number of batches stored.
KILL_POINTS = [
    "1 batch",
    "3 batches",
    "before keys",
    "before the archive",
    "before the commit",
    "after the commit",
]
_KILLED_LOAD = """
import os, signal, sys
from pathlib import Path
from ingestion import archive, files, store
from settings import Settings

point, data_dir, path = sys.argv[1:]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
batches = {"1 batch": 1, "3 batches": 3}.get(point, 10**9)
calls = []
def progress(name, rows, total):
    calls.append(rows)
    if len(calls) == batches:
        die()
keep, note = archive.keep, files.note_quality
if point == "before keys":
    store.finish = die
if point == "before the archive":
    archive.keep = die
if point == "before the commit":
    archive.keep = lambda *given: (keep(*given), die())
if point == "after the commit":
    files.note_quality = die
files.load_paths([Path(path)], Settings(data_dir=Path(data_dir), batch_rows=40), progress)
"""


@pytest.mark.parametrize("point", KILL_POINTS)
def test_a_killed_load_leaves_nothing_and_is_completed_by_the_next(
    point: str, inbox: Path, settings: Settings, query: Query
) -> None:
    scans(0, 20).write_csv(inbox / "scans_before.csv")
    load_file(inbox / "scans_before.csv", settings)
    before = query(EVERYTHING)
    path = inbox / "scans.csv"
    scans(10, 110).write_csv(path)
    command = [sys.executable, "-c", _KILLED_LOAD, point, str(settings.data_dir), str(path)]

    killed = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        timeout=600,
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if point == "after the commit":
        assert query("select count(*) from raw.scans") == [(220,)]
    else:
        assert query(EVERYTHING) == before
        assert query("select file_name from raw.loads") == [("scans_before.csv",)]
    again = load_file(path, settings)
    assert again.status == ("duplicate" if point == "after the commit" else "loaded")
    assert query("select count(*), count(distinct row_hash) from raw.scans") == [(220, 220)]
    assert query("select count(*) from raw.shipment_keys") == [(110,)]
    assert [path.name.partition(".")[2] for path in sorted(settings.archive_dir.iterdir())].count(
        "scans.csv"
    ) == 1
    assert not list(settings.archive_dir.glob(".incoming-*"))


def test_a_second_writer_is_told_and_changes_nothing(inbox: Path, settings: Settings) -> None:
    scans(0, 2).write_csv(inbox / "scans.csv")
    settings.data_dir.mkdir(parents=True)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()",
            str(settings.warehouse_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(WarehouseBusy, match="is being written by another load or build; try again"):
            load_file(inbox / "scans.csv", settings)
    finally:
        holder.communicate()
    assert load_file(inbox / "scans.csv", settings).rows_loaded == 4


def test_the_archive_alone_brings_everything_back(inbox: Path, settings: Settings, query: Query) -> None:
    scans(0, 10).write_csv(inbox / "scans_1.csv")
    scans(5, 15).write_parquet(inbox / "scans_2.parquet")
    load_file(inbox / "scans_1.csv", settings)
    later = settings.model_copy(update={"clock_start": settings.now() + timedelta(minutes=1)})
    load_file(inbox / "scans_2.parquet", later)
    before, keys = query(EVERYTHING), query("from raw.shipment_keys order by all")
    loads = query("select file_name, rows_loaded, rows_duplicate, loaded_at from raw.loads order by load_id")
    settings.warehouse_path.unlink()

    load_archive(settings)

    assert query(EVERYTHING) == before
    assert query("from raw.shipment_keys order by all") == keys
    again = query("select file_name, rows_loaded, rows_duplicate, loaded_at from raw.loads order by load_id")
    assert [row[:3] for row in again] == [row[:3] for row in loads]
    assert max(abs((new[3] - old[3]).total_seconds()) for new, old in zip(again, loads, strict=True)) < 0.001


def test_two_awbs_of_one_key_are_an_error_and_not_one_parcel(
    inbox: Path, settings: Settings, query: Query
) -> None:
    """A collision of the 63-bit hash: planted, as none is known."""
    scans(0, 2).write_csv(inbox / "scans_1.csv")
    load_file(inbox / "scans_1.csv", settings)
    with connect(settings) as connection:
        connection.execute("update raw.shipment_keys set awb = 'ANOTHER' where awb = 'AWB000001'")
    scans(1, 3).write_csv(inbox / "scans_2.csv")

    result = load_file(inbox / "scans_2.csv", settings)

    assert result.line() == (
        "scans_2.csv: AWBs 'AWB000001' and 'ANOTHER' have one shipment_key; report this; "
        "nothing of it was loaded"
    )
    assert query("select count(*) from raw.scans") == [(4,)]
