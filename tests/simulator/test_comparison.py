"""The comparison finds what differs, whatever differs, and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from simulator.comparison import TABLES, compare, counts
from tests.simulator.conftest import World


@pytest.fixture
def published(world: World, tmp_path: Path) -> Path:
    """A published file that says just what the truth says, of the rows that can be known."""
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for table in TABLES:
            source = world.folder / "truth" / f"{table}.parquet"
            connection.execute(
                f"create table marts.{table} as select * from '{source}' where not is_unknowable"
            )
    return path


def _change(path: Path, statement: str) -> None:
    with duckdb.connect(str(path)) as connection:
        assert connection.execute(statement).fetchall() == [(1,)]


def test_the_truth_does_not_differ_from_itself(world: World, published: Path) -> None:
    assert compare(published, world.folder / "truth").height == 0


def test_one_wrong_cell_is_one_difference(world: World, published: Path) -> None:
    _change(
        published,
        "update marts.fct_instructions set outcome = 'honoured' where rowid ="
        " (select min(rowid) from marts.fct_instructions where outcome = 'sla_breached')",
    )
    found = compare(published, world.folder / "truth")
    row = found.row(0, named=True)
    assert found.height == 1
    assert (row["table_name"], row["column_name"]) == ("fct_instructions", "outcome")
    assert (row["published"], row["truth"]) == ("honoured", "sla_breached")


@pytest.mark.parametrize("table", list(TABLES))
def test_a_missing_row_and_a_row_too_many_are_differences(world: World, published: Path, table: str) -> None:
    _change(published, f"delete from marts.{table} where rowid = (select min(rowid) from marts.{table})")
    _change(
        published,
        f"update marts.{table} set awb = 'NOBODY' where rowid = (select max(rowid) from marts.{table})",
    )
    found = compare(published, world.folder / "truth", [table])
    assert sorted(found.select("column_name", "published", "truth").rows()) == [
        ("(row)", "false", "true"),
        ("(row)", "false", "true"),
        ("(row)", "true", "false"),
    ]


def test_counts_tell_how_much_is_left_out(world: World) -> None:
    told = counts(world.folder / "truth")
    assert told["table_name"].to_list() == list(TABLES)
    assert (told["unknowable"] > 0).all()
    assert (told["unknowable"] / told["rows"] < 0.02).all()
