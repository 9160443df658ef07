"""What can be listed is listed in the docs, and nothing else is: commands, settings, couriers, pages, tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import couriers
from orchestration.cli import app
from settings import CourierSettings, Settings
from tests.dashboards.router import MENU, OTHERS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_every_command_is_in_the_readme_and_no_other() -> None:
    told = set(re.findall(r"^\| `ndr (\w+)", README, flags=re.M))
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    groups = {group.name for group in app.registered_groups}
    assert told == commands | groups


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(NDR_\w+)` \| (.*?) \|", README, flags=re.M))
    expected = {
        f"NDR_{name.upper()}": "" if field.default is None else f"`{field.default}`"
        for name, field in Settings.model_fields.items()
    }
    assert told == expected


def test_every_setting_of_a_courier_is_in_the_readme_with_its_meaning() -> None:
    told = dict(re.findall(r"^\| `NDR_<COURIER>_(\w+)` \|  \| (.*?) \|$", README, flags=re.M))
    assert told == {name.upper(): field.description for name, field in CourierSettings.model_fields.items()}


def test_every_page_is_in_the_readme() -> None:
    table = README.split("## What you see", 1)[1].split("## Your own data", 1)[0]
    told = re.findall(r"^\| (?!page|-|!|\|)(.+?) \|", table, flags=re.M)
    assert sorted(told) == sorted([*MENU.values(), *OTHERS.values()])


def test_every_courier_has_a_readme_that_says_where_its_facts_are_from() -> None:
    for slug, courier in couriers.registry().items():
        text = (courier.codes_path.parent / "README.md").read_text()
        assert re.search(r"documented|public_code|inferred|public code|own words", text), slug


@pytest.mark.parametrize("picture", sorted(re.findall(r"\((docs/pictures/\S+?)\)", README)))
def test_pictures_of_the_readme_are_there(picture: str) -> None:
    assert (ROOT / picture).stat().st_size > 10_000


def test_every_model_is_described_and_every_mart_column_has_a_meaning() -> None:
    models = ROOT / "dbt_project" / "models"
    described: dict[str, dict[str, object]] = {}
    for path in models.rglob("*.yml"):
        for model in (yaml.safe_load(path.read_text()) or {}).get("models", []):
            described[model["name"]] = model
    for path in models.rglob("*.sql"):
        model = described.get(path.stem)
        assert model is not None, f"{path.stem} has no description"
        assert model.get("description"), path.stem
        if "marts" in path.parts:
            columns = model.get("columns")
            assert columns, path.stem
            for column in columns:  # type: ignore[attr-defined]
                assert column.get("description"), f"{path.stem}.{column['name']}"


def test_no_table_is_promised_that_is_not_built() -> None:
    exposures = yaml.safe_load((ROOT / "dbt_project" / "models" / "exposures.yml").read_text())["exposures"]
    built = {path.stem for path in (ROOT / "dbt_project" / "models").rglob("*.sql")}
    for exposure in exposures:
        for reference in exposure["depends_on"]:
            assert re.fullmatch(r"ref\('(\w+)'\)", reference).group(1) in built  # type: ignore[union-attr]
