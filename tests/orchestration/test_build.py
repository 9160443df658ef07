"""A build from raw to published, and one that is killed anywhere on the way.

The killed builds run in processes that kill themselves inside the named step (see killed_builds), so that each
step is hit for certain; the build after it runs here.
"""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import duckdb
import pytest

from orchestration.build import BuildResult, run_build
from settings import Settings
from tests.orchestration.killed_builds import Doomed, Kill, to_json
from tests.orchestration.warehouse import (
    T0,
    TOY,
    contents,
    hours,
    plant_duplicate,
    put_scans,
    remove_duplicate,
    run_module,
)

KILLS = {
    "before the attempt is recorded": Kill("orchestration.build.record_attempt", 1, is_before=True),
    "after the attempt is recorded": Kill("orchestration.build.record_attempt", 1),
    "after the first node": Kill(node=1),
    "after the third node": Kill(node=3),
    "after the last node": Kill(node=8),
    "after the first node of a full build": Kill(node=1, full_refresh=True),
    "after the third node of a full build": Kill(node=3, full_refresh=True),
    "after dbt, before the checks are judged": Kill("orchestration.build.run_dbt", 1),
    "before the first copy": Kill("orchestration.publish._copy", 1, is_before=True),
    "with one copy made": Kill("orchestration.publish._copy", 1),
    "with both copies made": Kill("orchestration.publish._copy", 2),
    "before the first rename": Kill("orchestration.publish._swap", 1, is_before=True),
    "between the two renames": Kill("orchestration.publish._swap", 1),
    "before the success is recorded": Kill("orchestration.build.record_success", 1, is_before=True),
}
RENAMED = {"before the success is recorded"}


def build_toy(settings: Settings, hour: float, **options: bool | Path) -> BuildResult:
    return run_build(settings, as_of=T0 + hours(hour), project_dir=TOY, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one published build at T0 + 1 h, and news that it does not know."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("template") / "data")
    put_scans(settings, 1, shipments=40, at=T0)
    assert build_toy(settings, 1).published
    put_scans(settings, 2, shipments=60, at=T0 + hours(1.5))
    return settings.data_dir


@pytest.fixture
def built(settings: Settings, template: Path) -> Settings:
    """A copy of the template."""
    shutil.copytree(template, settings.data_dir)
    return settings


@pytest.fixture(scope="module")
def wrecks(tmp_path_factory: pytest.TempPathFactory, template: Path) -> dict[str, Settings]:
    """For each kill, a copy of the template on which the next build was killed so."""
    folders = {name: tmp_path_factory.mktemp("wreck") / "data" for name in KILLS}
    as_of = (T0 + hours(2)).isoformat()
    for folder in folders.values():
        shutil.copytree(template, folder)
    doomed = [Doomed(str(folders[name]), str(TOY), as_of, kill) for name, kill in KILLS.items()]
    done = run_module("tests.orchestration.killed_builds", to_json(doomed))
    assert json.loads(done.stdout) == [signal.SIGKILL] * len(KILLS), done.stderr
    return {name: Settings(data_dir=folder) for name, folder in folders.items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """What a build at T0 + 2 h publishes that no build came before."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("never_killed"))
    put_scans(settings, 1, shipments=40, at=T0)
    put_scans(settings, 2, shipments=60, at=T0 + hours(1.5))
    return contents(build_toy(settings, 2).published[0])


def test_incremental_builds_give_the_rows_of_a_full_one(
    built: Settings, expected: dict[str, tuple[int, int]]
) -> None:
    result = build_toy(built, 2)
    assert not result.plan.is_full
    assert contents(result.published[0]) == expected
    assert expected["marts.fct_scans"][0] == 60


def test_an_earlier_as_of_knows_less(built: Settings) -> None:
    before = contents(built.published_dir / "warehouse.duckdb")
    assert contents(build_toy(built, 2).published[0]) != before
    again = build_toy(built, 1)
    assert again.plan.is_full
    assert contents(again.published[0]) == before


@pytest.mark.parametrize("kill", KILLS)
def test_a_killed_build_leaves_the_published_file_and_the_next_is_right(
    wrecks: dict[str, Settings], template: Path, expected: dict[str, tuple[int, int]], kill: str
) -> None:
    settings = wrecks[kill]
    published = settings.published_dir / "warehouse.duckdb"
    if kill in RENAMED:
        assert contents(published) == expected
    else:
        assert published.read_bytes() == (template / "published" / "warehouse.duckdb").read_bytes()
    assert contents(build_toy(settings, 2.5).published[0]) == expected
    assert sorted(path.name for path in settings.published_dir.iterdir()) == [
        "operations.duckdb",
        "warehouse.duckdb",
    ]


def test_a_failing_check_publishes_nothing_and_names_itself(built: Settings) -> None:
    published = built.published_dir / "warehouse.duckdb"
    before = published.read_bytes()
    plant_duplicate(built)
    result = build_toy(built, 2)
    assert result.published == []
    assert [node.line() for node in result.failures] == [
        "check unique_fct_scans_awb failed on fct_scans: 1 rows break it"
    ]
    assert published.read_bytes() == before


def test_once_the_row_is_mended_the_next_build_publishes(
    built: Settings, expected: dict[str, tuple[int, int]]
) -> None:
    plant_duplicate(built)
    build_toy(built, 2)
    remove_duplicate(built)
    assert contents(build_toy(built, 2).published[0]) == expected


def test_publish_to_leaves_the_published_folder_alone(built: Settings, tmp_path: Path) -> None:
    before = (built.published_dir / "warehouse.duckdb").read_bytes()
    result = build_toy(built, 2, publish_to=tmp_path / "elsewhere")
    assert [path.parent for path in result.published] == [tmp_path / "elsewhere"] * 2
    assert (built.published_dir / "warehouse.duckdb").read_bytes() == before


def test_the_published_file_names_its_build(built: Settings) -> None:
    result = build_toy(built, 2)
    with duckdb.connect(str(result.published[0]), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = connection.execute("select build_id, as_of, is_full from marts.rpt_build").fetchall()
    assert [(build_id, as_of.timestamp(), is_full) for build_id, as_of, is_full in found] == [
        (result.plan.build_id, (T0 + hours(2)).timestamp(), False)
    ]


def test_the_checks_are_left_for_the_data_health_page(built: Settings) -> None:
    plant_duplicate(built)
    build_toy(built, 2)
    left = json.loads((built.quality_dir / "checks.json").read_text())
    assert {check["name"]: check["status"] for check in left["checks"]}["unique_fct_scans_awb"] == "fail"


def test_the_source_tree_is_not_written(built: Settings) -> None:
    assert not any((TOY / name).exists() for name in ("target", "logs", ".user.yml"))
