"""What a build and the door came to, as Dagster's events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.build import BuildResult
from orchestration.defs import manifest as project
from orchestration.nodes import NodeResult
from orchestration.quality import DoorResult

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult
Later = dg.AssetMaterialization | dg.AssetCheckEvaluation
"""What a step may say again of an asset that it has accounted for."""


def build_numbers(result: BuildResult) -> dict[str, Any]:
    """What a publish is recorded with; times in seconds."""
    return {
        "build_id": result.plan.build_id,
        "as_of": dg.MetadataValue.timestamp(result.plan.as_of),
        "is_full": result.plan.is_full,
        "seconds": result.seconds,
        "load_seconds": result.load_seconds,
        "publish_seconds": result.publish_seconds,
        "megabytes": sum(path.stat().st_size for path in result.published) / 1e6,
    }


def build_events(manifest: project.Manifest, result: BuildResult) -> Iterator[Event]:
    """Every model that was made, every test that ran, and the publish if there was one."""
    for node in result.nodes:
        if node.resource_type == "test" and node.status != "skipped":
            key = project.check_key(manifest, node.unique_id)
            yield dg.AssetCheckResult(asset_key=key.asset_key, check_name=key.name, **_verdict(node))
        elif node.status == "success" and project.is_asset(manifest, node.unique_id):
            yield dg.MaterializeResult(
                asset_key=project.asset_key(manifest, node.unique_id), metadata={"seconds": node.seconds}
            )
    if not result.failures:
        yield dg.MaterializeResult(asset_key=project.PUBLISHED, metadata=build_numbers(result))


def later_events(manifest: project.Manifest, result: BuildResult) -> Iterator[Later]:
    """Of a later round the publish, or the tests that failed: a hundred rows every few seconds would bury them."""
    for node in result.failures:
        if node.resource_type == "test":
            key = project.check_key(manifest, node.unique_id)
            yield dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, **_verdict(node))
    if not result.failures:
        yield dg.AssetMaterialization(asset_key=project.PUBLISHED, metadata=build_numbers(result))


def _verdict(node: NodeResult) -> dict[str, Any]:
    return {
        "passed": node.status == "pass",
        "severity": dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
        "metadata": {
            "rows_that_break_it": node.failures,
            "message": node.message,
            "seconds": node.seconds,
        },
    }


def door_check(key: dg.AssetKey, door: DoorResult) -> dg.AssetCheckResult:
    """What the door said of one feed."""
    return dg.AssetCheckResult(
        asset_key=key,
        check_name="door",
        passed=door.is_passed,
        severity=dg.AssetCheckSeverity.ERROR if door.refused else dg.AssetCheckSeverity.WARN,
        metadata={
            "files": door.files,
            "rows_loaded": door.rows_loaded,
            "rows_quarantined": door.rows_quarantined,
            "expectations": door.expectations,
            "refused": door.refused,
        },
    )
