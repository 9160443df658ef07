"""What `make docs` shows: every published column with its meaning and unit, and the way from sources to readers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from orchestration.build import DBT_PROJECT
from orchestration.defs.manifest import Manifest, load_manifest
from settings import Settings

UNITS = [
    # what asks for the unit: a pattern of the column's name, of its type, and what the description must then hold
    (r"_at$", r"", r"UTC"),
    (r"", r"^timestamp", r"UTC"),
    (r"", r"^date$", r"IST"),
    (r"(^|_)window_(start|end)$", r"", r"IST"),
    (r"_minutes$", r"", r"[Mm]inutes"),
    (r"(^|_)hours(_|$)", r"", r"[Hh]ours"),
    (r"(_rate|_share|_chance|_covered)(_|$)", r"", r"0 to 1"),
    (r"(^|_)(value|amount|unit)(_|$)", r"^(decimal|double)", r"[Rr]upees|minutes"),
    (r"^(latitude|longitude)$", r"", r"Degrees"),
]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project as dbt parses it."""
    folder = tmp_path_factory.mktemp("docs")
    return load_manifest(Settings(data_dir=folder), DBT_PROJECT)


def published(manifest: Manifest) -> list[dict[str, Any]]:
    """The models that readers see: of schema marts and of the agents' schema."""
    found = [node for node in manifest["nodes"].values() if node["fqn"][1:2] == ["marts"]]
    return [node for node in found if node["resource_type"] == "model"]


def test_every_published_column_says_more_than_its_name(manifest: Manifest) -> None:
    """At least one word of the description is not of the column's name, and there are three."""
    thin = []
    for model in published(manifest):
        if len(model["description"].split()) < 6:
            thin.append(model["name"])
        for name, column in model["columns"].items():
            words = re.findall(r"[\w:]+", column["description"].lower())
            new = {word for word in words if len(word) > 3} - set(name.split("_"))
            if len(words) < 3 or not new:
                thin.append(f"{model['name']}.{name}: {column['description']!r}")
    assert thin == []


def test_a_column_that_is_measured_says_in_what(manifest: Manifest) -> None:
    """Instants UTC, dates IST, minutes and hours, shares from 0 to 1, amounts in rupees."""
    without = [
        f"{model['name']}.{name}: {column['description']!r} lacks {unit}"
        for model in published(manifest)
        for name, column in model["columns"].items()
        for by_name, by_type, unit in UNITS
        if re.search(by_name, name)
        and re.search(by_type, column["data_type"])
        and not re.search(unit, column["description"])
    ]
    assert without == []


def test_every_published_table_comes_from_a_source_or_seed_and_goes_to_a_reader(manifest: Manifest) -> None:
    lost = [
        model["name"]
        for model in published(manifest)
        if not any(found.startswith(("source.", "seed.")) for found in reached(manifest["parent_map"], model))
        or not any(found.startswith("exposure.") for found in reached(manifest["child_map"], model))
    ]
    assert lost == []


def reached(edges: dict[str, list[str]], model: dict[str, Any]) -> set[str]:
    """Everything that one comes to from a model along the edges."""
    found: set[str] = set()
    waiting = [model["unique_id"]]
    while waiting:
        fresh = set(edges.get(waiting.pop(), [])) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def test_the_front_page_tells_of_every_published_table(manifest: Manifest) -> None:
    """The block `__overview__`: grains, joins, unknowns, maturity."""
    text = manifest["docs"]["doc.ndr.__overview__"]["block_contents"]
    tables = {model["name"] for model in published(manifest)} | {"rpt_build"}
    assert tables - set(re.findall(r"\w+", text)) == set()
