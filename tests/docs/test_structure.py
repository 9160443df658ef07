"""What import-linter cannot see: folders it would overlook, and the one module that is no package."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from couriers.contract import STATUSES
from ingestion.raw import STORAGE_VERSION

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [
    "couriers", "ledger", "ingestion", "receiver", "customers", "simulator", "orchestration", "dashboards",
    "benchmarks", "tests",
]  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_with_python_is_a_package(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert [
        str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()
    ] == []


def test_settings_imports_nothing_of_ours() -> None:
    tree = ast.parse((ROOT / "settings.py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} & set(PACKAGES) == set()


def test_only_settings_reads_our_environment() -> None:
    """Others may hand an environment on to a child, but read no NDR_ variable from it."""
    reads = re.compile(r"(environ(\.get\(|\[)|getenv\()\s*f?[\"']NDR_")
    product = [path for package in PACKAGES[:-1] for path in (ROOT / package).rglob("*.py")]
    readers = [str(path.relative_to(ROOT)) for path in product if reads.search(path.read_text())]
    assert readers == []


def test_statuses_are_the_same_list_everywhere() -> None:
    """The courier contract, the seed and the macro of ranks."""
    seed = [
        line.split(",")[0] for line in (ROOT / "dbt_project/seeds/statuses.csv").read_text().splitlines()[1:]
    ]
    macro = (ROOT / "dbt_project/macros/statuses.sql").read_text()
    words = re.search(r"status_words\(\) -%}\s*{{ return\(\[(.*?)\]\)", macro, flags=re.S)
    assert words is not None
    assert re.findall(r"'(\w+)'", words.group(1)) == seed == list(STATUSES)


def test_the_loader_and_dbt_write_one_storage_version() -> None:
    """The file takes the version of whoever opens it first."""
    profile = (ROOT / "dbt_project/profiles.yml").read_text()
    assert re.findall(r"storage_compatibility_version: (\S+)", profile) == [STORAGE_VERSION]


def test_no_module_of_the_pages_stands_before_a_package() -> None:
    """Streamlit puts the folder of its script first among the places of imports."""
    names = {path.stem for path in (ROOT / "dashboards").iterdir()}
    assert names & {*PACKAGES, "settings"} == set()
