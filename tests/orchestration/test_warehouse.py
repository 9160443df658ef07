"""The real project through the pipeline: a stand-in world built in steps, killed, broken, and looked into for
personal data.

The world ends at T0; the first build asks about three days before it, so that the next has plenty of news.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingestion.raw import connect
from orchestration.build import DBT_PROJECT, run_build
from orchestration.cli import app
from orchestration.defs.manifest import load_manifest, specs
from orchestration.errors import QueryError
from orchestration.load import load_files
from orchestration.story import read_story
from settings import IST, Settings, get_settings
from simulator.history import generate
from tests.orchestration.killed_builds import Doomed, Kill, to_json
from tests.orchestration.warehouse import T0, contents, hours, plant_duplicate, run_module

KILLS = {
    "among the intermediate models": Kill(node=25),
    "among the marts": Kill(node=90),
    "in the middle of a full build": Kill(node=60, full_refresh=True),
}
PERSONAL = {
    "shipments": ("customer_name", "customer_phone", "customer_email", "address"),
    "customer_feedback": ("new_phone", "new_address"),
    "ops_feedback": ("new_phone", "new_address"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a world of 300 parcels, published as of three days before its end."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(data_dir=folder / "data")
    generate(shipments=300, days=20, seed=5, out_dir=folder / "feeds", until=T0)
    assert {result.status for result in load_files(settings, [folder / "feeds"])} == {"loaded"}
    result = run_build(settings, as_of=T0 - hours(72))
    assert [node.line() for node in result.failures] == []
    return settings.data_dir


@pytest.fixture(scope="module")
def expected(world: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """What a full build at the world's end publishes."""
    settings = copy_of(world, tmp_path_factory.mktemp("full") / "data")
    return contents(run_build(settings, as_of=T0, full_refresh=True).published[0])


def copy_of(world: Path, folder: Path) -> Settings:
    shutil.copytree(world, folder)
    return Settings(data_dir=folder)


def test_an_incremental_build_publishes_the_rows_of_a_full_one(
    world: Path, expected: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    result = run_build(copy_of(world, tmp_path / "data"), as_of=T0)
    assert not result.plan.is_full
    assert contents(result.published[0]) == expected
    tested = {node.model for node in result.nodes if node.resource_type == "test"}
    tables = {name.removeprefix("marts.") for name in expected if name.startswith("marts.")}
    assert tables - tested == {"dim_pincodes", "dim_reasons"}, "seeds, which only a full build makes"


def test_killed_builds_leave_the_published_file_and_the_next_is_right(
    world: Path, expected: dict[str, tuple[int, int]], tmp_path: Path
) -> None:
    wrecks = {name: copy_of(world, tmp_path / name / "data") for name in KILLS}
    doomed = [
        Doomed(str(wrecks[name].data_dir), str(DBT_PROJECT), T0.isoformat(), kill)
        for name, kill in KILLS.items()
    ]
    done = run_module("tests.orchestration.killed_builds", to_json(doomed))
    assert json.loads(done.stdout) == [signal.SIGKILL] * len(KILLS), done.stderr
    before = (world / "published" / "warehouse.duckdb").read_bytes()
    for settings in wrecks.values():
        assert (settings.published_dir / "warehouse.duckdb").read_bytes() == before
        assert contents(run_build(settings, as_of=T0).published[0]) == expected


def test_a_planted_failing_check_publishes_nothing(world: Path, tmp_path: Path) -> None:
    settings = copy_of(world, tmp_path / "data")
    before = (settings.published_dir / "warehouse.duckdb").read_bytes()
    plant_duplicate(settings)
    result = run_build(settings, as_of=T0, full_refresh=True)
    assert result.published == []
    assert [node.resource_type for node in result.failures if node.status == "fail"]
    assert (settings.published_dir / "warehouse.duckdb").read_bytes() == before


def test_personal_data_is_nowhere_in_the_analysts_file(world: Path) -> None:
    words = personal_words(Settings(data_dir=world))
    assert len(words) > 300
    analysts, agents = world / "published" / "warehouse.duckdb", world / "published" / "operations.duckdb"
    bytes_of_file = analysts.read_bytes()
    assert [word for word in words if word.encode() in bytes_of_file] == []
    read_by_analysts, read_by_agents = all_text(analysts), all_text(agents)
    assert [word for word in words if word in read_by_analysts] == []
    assert [word for word in words if word in read_by_agents]


def test_what_is_published_is_tables_alone(world: Path) -> None:
    """A view would point into the warehouse, which readers do not have."""
    with duckdb.connect(str(world / "published" / "operations.duckdb"), read_only=True) as connection:
        assert connection.execute("from duckdb_views() where not internal").fetchall() == []


def test_the_story_of_a_parcel_tells_every_fact_and_verdict_with_its_proof(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ndr case`, on the judged instruction of the world that was decided last."""
    published = world / "published" / "warehouse.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        case_id, courier, awb, decided_at, summaries, occurred = connection.execute(
            """
            select i.case_id, i.courier, i.awb, i.decided_at, list(e.summary), list(e.occurred_at)
            from marts.fct_instructions as i join marts.fct_case_events as e using (case_id)
            where i.outcome in ('honoured', 'not_honoured', 'sla_breached')
                and i.decided_at in (
                    select occurred_at from marts.fct_case_events as p where p.case_id = i.case_id and lane = 'courier'
                )
            group by all order by i.decided_at desc, i.case_id limit 1
            """
        ).fetchall()[0]
    monkeypatch.setenv("NDR_DATA_DIR", str(world))
    get_settings.cache_clear()
    told = CliRunner().invoke(app, ["case", courier.upper(), awb.lower()])
    get_settings.cache_clear()
    assert told.exit_code == 0, told.output
    assert case_id in told.output
    assert [summary for summary in summaries if summary not in told.output] == []
    assert {f"{instant.astimezone(IST):%d %b %Y %H:%M}" for instant in occurred} <= set(
        re.findall(r"\d\d \w{3} \d{4} \d\d:\d\d", told.output)
    )
    judged = told.output.split("how it was judged")[1]
    assert f"{decided_at.astimezone(IST):%d %b %Y %H:%M}" in judged
    assert re.search(r"\bs\d+ \(decided\)", judged), judged
    assert re.search(r"  rule      [A-Z].+\.", judged), judged


def test_every_verdict_has_its_rule_and_every_proof_is_a_fact_of_the_case(world: Path) -> None:
    """Only what waits, gave way or passed without news has no fact that decided it."""
    with duckdb.connect(str(world / "published" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("use marts")
        assert connection.execute(
            "select count(*) from fct_instructions where (judged_by is null) <> (outcome_reason is null)"
        ).fetchone() == (0,)
        assert connection.execute(
            "select count(*) from fct_instruction_proofs anti join fct_case_events using (case_id, event_id)"
        ).fetchone() == (0,)
        unproven = connection.execute(
            "select distinct outcome_reason from fct_instructions where case_id is not null and decided_at is not null"
            " and instruction_id not in (select instruction_id from fct_instruction_proofs where role = 'decided')"
        ).fetchall()
        assert {word for (word,) in unproven} <= {"overdue", "outranked"}


def test_the_story_of_a_build_of_the_past_is_read_from_its_folder(world: Path, tmp_path: Path) -> None:
    """`--read`, and NDR_READ_DIR the same; `ndr query` too."""
    settings = copy_of(world, tmp_path / "data")
    replay = tmp_path / "replay"
    run_build(settings, as_of=T0 - hours(200), publish_to=replay)
    past, last = (f"as_of\n{(T0 - hours(ago)).astimezone(IST).isoformat()}\n" for ago in (200, 72))
    assert asked(settings, ["--read", str(replay)]) == past
    assert asked(settings, [], NDR_READ_DIR=str(replay)) == past
    assert asked(settings, []) == last


def asked(settings: Settings, options: list[str], **environment: str) -> str:
    """What `ndr query` answers about its build."""
    get_settings.cache_clear()
    given = {"NDR_DATA_DIR": str(settings.data_dir), **environment}
    command = ["query", "select as_of from rpt_build", "-f", "csv", *options]
    found = CliRunner().invoke(app, command, env=given)
    get_settings.cache_clear()
    return found.stdout


def test_a_parcel_that_nobody_knows_has_no_story(world: Path) -> None:
    with pytest.raises(QueryError, match=r"no parcel AW0 of generic is known as of \d\d \w{3} \d{4}"):
        read_story(world / "published" / "warehouse.duckdb", "generic", "AW0")
    with pytest.raises(QueryError, match=r"nothing is published in .* yet"):
        read_story(world / "published" / "nothing.duckdb", "generic", "AW0")


def test_every_data_test_is_an_asset_check(settings: Settings) -> None:
    settings.data_dir.mkdir()
    manifest = load_manifest(settings, DBT_PROJECT)
    _, checks = specs(manifest)
    tests = [node["name"] for unique_id, node in manifest["nodes"].items() if unique_id.startswith("test.")]
    assert sorted(check.name for check in checks) == sorted(tests)
    assert tests


def personal_words(settings: Settings) -> set[str]:
    """Every piece of personal data that was fed in, long enough not to occur by chance."""
    with connect(settings) as connection:
        rows = [
            row
            for feed, columns in PERSONAL.items()
            for column in columns
            for row in connection.execute(f"select distinct {column} from raw.{feed}").fetchall()
        ]
    return {word for (word,) in rows if word and len(word) >= 8}


def all_text(path: Path) -> str:
    """Every text of every table of a DuckDB file: what compression hides from a search of its bytes."""
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where not internal and data_type not in ('BIGINT', 'INTEGER', 'DOUBLE', 'BOOLEAN', 'DATE')"
        ).fetchall()
        return "\n".join(
            str(row[0])
            for schema, table, column in columns
            for row in connection.execute(f'select distinct "{column}" from "{schema}"."{table}"').fetchall()
        )
