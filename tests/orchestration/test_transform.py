"""A process keeps the parsed project between its builds, and notices when the project changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import transform
from orchestration.build import run_build
from orchestration.errors import TransformError
from settings import Settings
from tests.orchestration.warehouse import T0, TOY, contents, hours, put_scans


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the toy project that may be changed; there is news for each of two builds."""
    put_scans(settings, 1, shipments=3, at=T0)
    put_scans(settings, 2, shipments=5, at=T0 + hours(1.5))
    return shutil.copytree(TOY, tmp_path / "project")


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Grows by the project of each parse."""
    done: list[Path] = []
    parse = transform._parse

    def counted(project_dir: Path, target: Path, options: list[str]) -> object:
        done.append(project_dir)
        return parse(project_dir, target, options)

    monkeypatch.setattr(transform, "_parse", counted)
    return done


def awbs(settings: Settings) -> list[str]:
    with duckdb.connect(str(settings.published_dir / "warehouse.duckdb"), read_only=True) as connection:
        return [
            awb for (awb,) in connection.execute("select awb from marts.fct_scans order by all").fetchall()
        ]


def test_a_changed_project_is_parsed_anew(settings: Settings, project: Path, parses: list[Path]) -> None:
    (model,) = project.rglob("fct_scans.sql")
    before = model.read_text()
    run_build(settings, as_of=T0 + hours(1), project_dir=project)
    assert awbs(settings) == ["A0", "A1", "A2"]
    model.write_text(before.replace("shipment_keys.awb,", "lower(shipment_keys.awb) as awb,"))
    assert run_build(settings, as_of=T0 + hours(2), project_dir=project).plan.is_full
    assert awbs(settings) == ["a0", "a1", "a2", "a3", "a4"]
    model.write_text(before)
    run_build(settings, as_of=T0 + hours(2), project_dir=project)
    assert awbs(settings) == ["A0", "A1", "A2", "A3", "A4"]
    assert parses == [project] * 3


def test_an_unchanged_project_is_parsed_once_for_all_builds_and_folders(
    settings: Settings, project: Path, parses: list[Path], tmp_path: Path
) -> None:
    """Full and incremental, in the same folder and in another, each with the rows that a fresh parse gives."""
    run_build(settings, as_of=T0 + hours(1), project_dir=project)
    other = settings.model_copy(update={"data_dir": tmp_path / "other"})
    shutil.copytree(settings.data_dir, other.data_dir)
    incremental = run_build(settings, as_of=T0 + hours(2), project_dir=project)
    full = run_build(other, as_of=T0 + hours(2), project_dir=project, full_refresh=True)
    assert not incremental.plan.is_full
    assert parses == [project]
    transform._parsed.clear()
    fresh = run_build(settings, as_of=T0 + hours(2), project_dir=project, full_refresh=True)
    expected = contents(fresh.published[0])
    assert contents(incremental.published[0]) == contents(full.published[0]) == expected


def test_a_project_that_cannot_be_parsed_is_parsed_again_once_it_is_mended(
    settings: Settings, project: Path
) -> None:
    (model,) = project.rglob("fct_scans.sql")
    before = model.read_text()
    model.write_text(before + "{% if %}")
    with pytest.raises(TransformError, match="fct_scans"):
        run_build(settings, as_of=T0 + hours(2), project_dir=project)
    model.write_text(before)
    run_build(settings, as_of=T0 + hours(2), project_dir=project)
    assert len(awbs(settings)) == 5
