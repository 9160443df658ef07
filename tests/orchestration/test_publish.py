"""Publishing: whole files by rename, personal data in the agents' file alone, permissions, leftovers."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from ingestion.raw import connect
from orchestration.build import run_build
from orchestration.publish import publish, remove_database
from settings import Settings
from tests.orchestration.warehouse import T0, TOY, hours, put_scans

PERSONAL = {"Zebulon Quartzwick", "9876501234", "17 Marmalade Crescent"}


@pytest.fixture
def published(settings: Settings) -> Settings:
    put_scans(settings, 1, shipments=5, at=T0)
    with connect(settings) as connection:
        connection.execute(
            "insert into raw.shipments (shipment_key, customer_name, customer_phone, address) values (1, ?, ?, ?)",
            ["Zebulon Quartzwick", "9876501234", "17 Marmalade Crescent"],
        )
    assert run_build(settings, as_of=T0 + hours(1), project_dir=TOY).published
    return settings


def texts(path: Path) -> set[str]:
    """Every text in every table of a DuckDB file: what compression hides from a search of its bytes."""
    found: set[str] = set()
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        for schema, table, column in columns:
            rows = connection.execute(
                f'select distinct "{column}"::varchar from "{schema}"."{table}"'
            ).fetchall()
            found.update(row[0] for row in rows if row[0] is not None)
    return found


def test_personal_data_is_in_the_agents_file_and_not_in_the_analysts(published: Settings) -> None:
    assert texts(published.published_dir / "operations.duckdb") >= PERSONAL
    assert not texts(published.published_dir / "warehouse.duckdb") & PERSONAL


def test_no_byte_of_personal_data_is_in_the_analysts_file(published: Settings) -> None:
    analysts = (published.published_dir / "warehouse.duckdb").read_bytes()
    agents = (published.published_dir / "operations.duckdb").read_bytes()
    assert [word for word in PERSONAL if word.encode() in analysts] == []
    assert [word for word in PERSONAL if word.encode() not in agents] == []


def test_the_agents_file_and_the_warehouse_are_their_owners_alone(published: Settings) -> None:
    folder = published.published_dir
    modes = {
        path.name: oct(stat.S_IMODE(path.stat().st_mode))
        for path in (folder, folder / "warehouse.duckdb", folder / "operations.duckdb")
    }
    assert modes == {"published": "0o755", "warehouse.duckdb": "0o644", "operations.duckdb": "0o600"}
    personal = published.data_dir / "personal.duckdb"
    assert stat.S_IMODE(personal.stat().st_mode) == 0o600


def test_what_a_killed_publish_left_is_swept(published: Settings, tmp_path: Path) -> None:
    folder = published.published_dir
    (folder / ".warehouse.old.tmp").write_bytes(b"half")
    (folder / ".operations.old.tmp.wal").write_bytes(b"half")
    publish(published.marts_path, published.data_dir / "personal.duckdb", folder, "next")
    assert sorted(path.name for path in folder.iterdir()) == ["operations.duckdb", "warehouse.duckdb"]


def test_a_publish_that_fails_leaves_what_was_published(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    folder = published.published_dir
    before = (folder / "warehouse.duckdb").read_bytes()
    monkeypatch.setattr("orchestration.publish._copy", full_disk)
    with pytest.raises(OSError, match="No space left"):
        publish(published.marts_path, published.data_dir / "personal.duckdb", folder, "next")
    assert (folder / "warehouse.duckdb").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["operations.duckdb", "warehouse.duckdb"]


def test_a_reader_that_opened_before_goes_on_reading_its_build(published: Settings) -> None:
    path = published.published_dir / "warehouse.duckdb"
    with duckdb.connect(config={"threads": 1}) as reader:
        reader.execute(f"attach '{path}' as published (read_only)")
        before = reader.execute("select build_id from published.marts.rpt_build").fetchone()
        assert run_build(published, as_of=T0 + hours(2), project_dir=TOY).published
        assert reader.execute("select build_id from published.marts.rpt_build").fetchone() == before
    with duckdb.connect(config={"threads": 1}) as reader:
        reader.execute(f"attach '{path}' as published (read_only)")
        assert reader.execute("select build_id from published.marts.rpt_build").fetchone() != before


def test_a_database_is_removed_with_the_log_of_a_killed_build(tmp_path: Path) -> None:
    for name in ("work.duckdb", "work.duckdb.wal", "marts.duckdb"):
        (tmp_path / name).write_bytes(b"left behind")
    remove_database(tmp_path / "work.duckdb")
    remove_database(tmp_path / "work.duckdb")
    assert [path.name for path in tmp_path.iterdir()] == ["marts.duckdb"]
