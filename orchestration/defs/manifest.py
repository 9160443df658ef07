"""The dbt project as Dagster assets and checks, from a manifest parsed once per fingerprint of the project."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import build_dbt_specs, get_asset_check_key_for_test

from orchestration.build import COURIERS
from orchestration.state import project_fingerprint
from orchestration.transform import parse_project
from settings import Settings

PUBLISHED = dg.AssetKey(["published"])
_TRANSLATOR = DagsterDbtTranslator()
#: The first part of such sources' keys, as staging/sources.yml gives them.
_LAST_BUILD = "last_build"

Manifest = Mapping[str, Any]


def load_manifest(settings: Settings, project_dir: Path) -> Manifest:
    """The project's manifest, parsed when the project changed. Webserver and daemon both ask for it at their
    start: the first parses, the other waits. Raises TransformError."""
    folder = settings.data_dir / "dbt" / "parse"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"manifest-{project_fingerprint(project_dir, COURIERS)}.json"
    with (folder / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            parsed = parse_project(settings, project_dir, folder)
            for old in folder.glob("manifest-*.json"):
                old.unlink()
            parsed.replace(path)
    manifest: Manifest = json.loads(path.read_text())
    return manifest


def specs(manifest: Manifest) -> tuple[list[dg.AssetSpec], list[dg.AssetCheckSpec]]:
    """Models and seeds as assets, data tests as checks; a test of no single model is a check of `published`."""
    assets, checks = build_dbt_specs(
        translator=_TRANSLATOR, manifest=manifest, select="fqn:*", exclude="", selector="", io_manager_key=None,
        project=None,
    )  # fmt: skip
    known = {check.name for check in checks}
    orphans = [
        dg.AssetCheckSpec(node["name"], asset=PUBLISHED, description=node.get("description") or None)
        for unique_id, node in manifest["nodes"].items()
        if unique_id.startswith("test.") and node["name"] not in known
    ]
    return [_without_last_build(spec) for spec in assets], [*checks, *orphans]


def _without_last_build(spec: dg.AssetSpec) -> dg.AssetSpec:
    """What a model reads as the build before left it is the same table as a model makes later: Dagster would take the
    one for the other, and see it made after it was read."""
    return spec.replace_attributes(deps=[dep for dep in spec.deps if dep.asset_key.path[0] != _LAST_BUILD])


def asset_key(manifest: Manifest, unique_id: str) -> dg.AssetKey:
    """The asset of a model or seed."""
    return _TRANSLATOR.get_asset_spec(manifest, unique_id, None).key


def is_asset(manifest: Manifest, unique_id: str) -> bool:
    """Whether a node is a model or seed with a table or view of its own; an ephemeral model is part of others."""
    return (
        unique_id.startswith(("model.", "seed."))
        and manifest["nodes"][unique_id]["config"]["materialized"] != "ephemeral"
    )


def check_key(manifest: Manifest, unique_id: str) -> dg.AssetCheckKey:
    """The check of a test."""
    key = get_asset_check_key_for_test(manifest, _TRANSLATOR, unique_id, None)
    return key or dg.AssetCheckKey(PUBLISHED, manifest["nodes"][unique_id]["name"])


def raw_tables(manifest: Manifest) -> list[str]:
    """The tables of schema raw that the models read and the loader writes."""
    names = {source["name"] for source in manifest["sources"].values() if source["source_name"] == "raw"}
    return sorted(
        names - {"build_context", "courier_codes", "couriers", "courier_capabilities", "carrier_ids"}
    )
