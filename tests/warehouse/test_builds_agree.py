"""However the news came and however often was built in between, the published tables are the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from benchmarks.replays import received_by
from benchmarks.shuffles import tables_that_order_changed
from simulator.comparison import compare, counts
from simulator.history import generate
from tests import commands
from tests.orchestration.warehouse import contents

UNTIL = datetime.fromisoformat("2026-03-31T12:00:00+05:30")
SHIPMENTS = 2_000  # a fiftieth of what `make prove` compares with the truth


def ndr(folder: Path, *arguments: str) -> None:
    """The command on a data folder of its own."""
    commands.ndr(folder, *arguments, NDR_CLOCK_START=UNTIL.isoformat())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of a small brand."""
    folder = tmp_path_factory.mktemp("world")
    generate(SHIPMENTS, 30, 11, folder, UNTIL)
    return folder


@pytest.fixture(scope="module")
def published(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file when everything is loaded at once and built once."""
    data = tmp_path_factory.mktemp("whole")
    ndr(data, "load", str(world))
    ndr(data, "build", "--as-of", UNTIL.isoformat())
    return data / "published" / "warehouse.duckdb"


@pytest.fixture(scope="module")
def whole(published: Path) -> dict[str, tuple[int, int]]:
    """Its rows and their hash, by table."""
    return contents(published)


def differing(one: dict[str, tuple[int, int]], other: dict[str, tuple[int, int]]) -> list[str]:
    """Tables whose rows differ, but those that tell of the loads themselves."""
    told_of_loads = {"marts.rpt_quarantine", "marts.rpt_loads", "marts.rpt_checks"}
    return [
        table
        for table in sorted(one.keys() | other.keys())
        if one.get(table) != other.get(table) and table not in told_of_loads
    ]


def test_what_is_published_is_what_was_made_to_happen(world: Path, published: Path) -> None:
    """Row by row and column by column, but for rows marked before as news that never came; these are few."""
    differences = compare(published, world / "truth")
    assert differences.rows() == []
    for table, rows, unknowable in counts(world / "truth").iter_rows():
        assert unknowable < 0.05 * rows, table


def test_builds_on_the_way_change_nothing(
    world: Path, whole: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    """Shuffled news in three batches, some told twice, with a build after each: as the whole."""
    data = tmp_path / "data"
    for number in range(3):
        batch = tmp_path / f"batch_{number}"
        batch.mkdir()
        for path in world.glob("*.parquet"):
            rows = pl.read_parquet(path).with_row_index("place")
            part = rows.filter(
                (pl.col("place") % 3 == number) | ((pl.col("place") % 30 == 0) & (number == 2))
            )
            if part.height:
                part.drop("place").sample(fraction=1, shuffle=True, seed=number).write_parquet(
                    batch / path.name
                )
        ndr(data, "load", str(batch))
        ndr(data, "build", "--as-of", (UNTIL - timedelta(hours=48 - 24 * number)).isoformat())
    assert differing(contents(data / "published" / "warehouse.duckdb"), whole) == []


def test_time_alone_moves_open_cases_as_a_whole_build_would(
    world: Path, whole: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    """Everything is loaded, then built as of 20, 10 and 0 days ago: news becomes known and promises fall due."""
    data = tmp_path / "data"
    ndr(data, "load", str(world))
    for days in (20, 10, 0):
        ndr(data, "build", "--as-of", (UNTIL - timedelta(days=days)).isoformat())
    assert differing(contents(data / "published" / "warehouse.duckdb"), whole) == []


def test_a_past_instant_is_answered_with_what_was_known_then(
    world: Path, whole: dict[str, tuple[int, int]], published: Path, tmp_path: Path
) -> None:
    """Everything is loaded and published; asked about a day in the middle, into a folder of its own, it gives the
    rows of a warehouse that had received no more by then, and leaves what was published alone."""
    instant = UNTIL - timedelta(days=12, hours=5, minutes=17)
    replay, then = tmp_path / "replay", tmp_path / "then"
    everything = published.parents[1]
    ndr(everything, "build", "--as-of", instant.isoformat(), "--publish-to", str(replay))
    received_by(world, instant, tmp_path / "feeds")
    ndr(then, "load", str(tmp_path / "feeds"))
    ndr(then, "build", "--as-of", instant.isoformat())
    replayed = contents(replay / "warehouse.duckdb")
    assert differing(replayed, contents(then / "published" / "warehouse.duckdb")) == []
    assert differing(replayed, whole)
    assert contents(published) == whole


def test_order_changes_nothing_of_absurd_histories_either(tmp_path: Path) -> None:
    """Twenty shuffles of random histories at once, a fiftieth of what `make prove` does."""
    assert tables_that_order_changed(tmp_path, copies=20, seed=101) == []
