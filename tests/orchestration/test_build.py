"""A build from raw to published, and one that is killed anywhere on the way.

The killed builds run in a process of their own that kills itself (SIGKILL) inside the named step, so that each
step is hit for certain; what follows runs here.
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
from tests.orchestration.warehouse import (
    T0,
    TOY,
    contents,
    hours,
    plant_duplicate,
    put_scans,
    remove_duplicate,
    run_python,
)

KILLED = """
import os, signal
from datetime import datetime
from pathlib import Path
import {module}
from orchestration import build
from settings import get_settings

def kill(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

count = 0
before = {module}.{step}
def step(*args, **kwargs):
    global count
    count += 1
    if count == {call} and {when!r} == "before":
        kill()
    result = before(*args, **kwargs)
    if count == {call}:
        kill()
    return result
{module}.{step} = step

nodes = 0
def progress(event):
    global nodes
    nodes += event.status != "started"
    if nodes == {node}:
        kill()

build.run_build(get_settings(), as_of=datetime.fromisoformat({as_of!r}), project_dir=Path({project!r}),
                full_refresh={full_refresh}, progress=progress)
"""

STEPS = {
    "before the attempt is recorded": ("orchestration.build.record_attempt", 1, "before"),
    "after the attempt is recorded": ("orchestration.build.record_attempt", 1, "after"),
    "after dbt, before the checks are judged": ("orchestration.build.run_dbt", 1, "after"),
    "before the first copy": ("orchestration.publish._copy", 1, "before"),
    "with one copy made": ("orchestration.publish._copy", 1, "after"),
    "with both copies made": ("orchestration.publish._copy", 2, "after"),
    "before the first rename": ("os.replace", 2, "before"),
    "between the two renames": ("os.replace", 2, "after"),
    "before the success is recorded": ("orchestration.build.record_success", 1, "before"),
}
RENAMED = {"before the success is recorded"}


def build_toy(settings: Settings, hour: float, **options: bool | Path) -> BuildResult:
    return run_build(settings, as_of=T0 + hours(hour), project_dir=TOY, **options)  # type: ignore[arg-type]


def killed(
    settings: Settings, step: str, call: int, when: str, node: int = -1, full_refresh: bool = False
) -> None:
    module, _, name = step.rpartition(".")
    as_of = (T0 + hours(2)).isoformat()
    code = KILLED.format(
        module=module, step=name, call=call, when=when, node=node, as_of=as_of, project=str(TOY),
        full_refresh=full_refresh,
    )  # fmt: skip
    done = run_python(settings, code)
    assert done.returncode == -signal.SIGKILL, done.stderr


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


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_build_leaves_the_published_file_and_the_next_is_right(
    built: Settings, expected: dict[str, tuple[int, int]], step: str
) -> None:
    published = built.published_dir / "warehouse.duckdb"
    before = published.read_bytes()
    killed(built, *STEPS[step])
    if step in RENAMED:
        assert contents(published) == expected
    else:
        assert published.read_bytes() == before
    assert contents(build_toy(built, 2.5).published[0]) == expected
    assert sorted(path.name for path in built.published_dir.iterdir()) == [
        "operations.duckdb",
        "warehouse.duckdb",
    ]


@pytest.mark.parametrize("full_refresh", [False, True])
@pytest.mark.parametrize("node", [1, 3, 6])
def test_a_build_killed_between_models_leaves_the_published_file_and_the_next_is_right(
    built: Settings, expected: dict[str, tuple[int, int]], node: int, full_refresh: bool
) -> None:
    published = built.published_dir / "warehouse.duckdb"
    before = published.read_bytes()
    killed(built, "os.replace", 99, "before", node=node, full_refresh=full_refresh)
    assert published.read_bytes() == before
    assert contents(build_toy(built, 2).published[0]) == expected


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
