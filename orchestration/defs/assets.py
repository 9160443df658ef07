"""The graph: raw (the inbox loaded through the door), the models with their tests, published.

The models, their tests and the publish are one step: the writer's lock is held from the plan to the rename, so
no load and no other build comes between them, and `ndr build` is the same function.
Annotations here are read by Dagster at run time: they must not be postponed (`from __future__`).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import dagster as dg
from pydantic import Field

from ingestion.feeds import FEEDS
from orchestration.build import BuildResult, run_build
from orchestration.defs import manifest as project
from orchestration.inbox import load_inbox
from orchestration.quality import DoorResult, door_results
from settings import Settings

WRITER_POOL = "warehouse_writer"
"""One run at a time writes; the limit of 1 stands in dagster.yaml."""
_RETRIES = dg.RetryPolicy(max_retries=2, delay=20, backoff=dg.Backoff.EXPONENTIAL)


class InboxFiles(dg.Config):
    """Which files of the inbox to load; none named: those that nobody changed for a while."""

    names: list[str] = Field(default_factory=list)


class BuildOptions(dg.Config):
    """Whether to make every table anew."""

    full_refresh: bool = False


def raw_asset(settings: Settings, manifest: project.Manifest) -> dg.AssetsDefinition:
    """Schema raw: one asset a table, one check a feed."""
    tables = sorted({*project.raw_tables(manifest), *FEEDS})
    keys = {name: dg.AssetKey(["raw", name]) for name in tables}

    @dg.multi_asset(
        name="raw",
        specs=[dg.AssetSpec(key, group_name="raw", kinds={"duckdb"}) for key in keys.values()],
        check_specs=[
            dg.AssetCheckSpec(
                "door", asset=keys[feed], description="No row was quarantined, no file refused."
            )
            for feed in FEEDS
        ],
        pool=WRITER_POOL,
        retry_policy=_RETRIES,
    )
    def raw(
        context: dg.AssetExecutionContext, config: InboxFiles
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        results = load_inbox(settings, config.names or None, context.log.info)
        loaded = {feed: sum(r.rows_loaded for r in results if r.feed == feed) for feed in FEEDS}
        for result in results:
            context.log.info(
                f"{result.file_name}: {result.status}, {result.rows_loaded} loaded {result.message or ''}"
            )
        for name, key in keys.items():
            yield dg.MaterializeResult(asset_key=key, metadata={"rows_loaded": loaded.get(name, 0)})
        for door in door_results(settings):
            yield _door_check(keys[door.feed], door)

    return raw


def warehouse_asset(settings: Settings, manifest: project.Manifest, project_dir: Path) -> dg.AssetsDefinition:
    """Every model, its tests, and what is published of them."""
    models, checks = project.specs(manifest)
    published = dg.AssetSpec(
        project.PUBLISHED,
        deps=[spec.key for spec in models if spec.key.path[0] in {"marts", "personal"}],
        group_name="published",
        description="published/warehouse.duckdb for analysts, published/operations.duckdb for the agents' pages.",
        freshness_policy=dg.FreshnessPolicy.time_window(
            fail_window=timedelta(minutes=2 * settings.freshness_minutes),
            warn_window=timedelta(minutes=settings.freshness_minutes),
        ),
    )

    @dg.multi_asset(
        name="warehouse",
        specs=[*models, published],
        check_specs=checks,
        pool=WRITER_POOL,
        retry_policy=_RETRIES,
    )
    def warehouse(
        context: dg.AssetExecutionContext, config: BuildOptions
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        result = run_build(
            settings, full_refresh=config.full_refresh, project_dir=project_dir, say=context.log.info
        )
        yield from _events(manifest, result)
        if result.failures:
            lines = [node.line() for node in result.failures]
            raise dg.Failure("nothing was published: " + "; ".join(lines), allow_retries=False)
        yield dg.MaterializeResult(
            asset_key=project.PUBLISHED,
            metadata={
                "build_id": result.plan.build_id,
                "as_of": dg.MetadataValue.timestamp(result.plan.as_of),
                "is_full": result.plan.is_full,
                "seconds": result.seconds,
                "megabytes": sum(path.stat().st_size for path in result.published) / 1e6,
            },
        )

    return warehouse


def _door_check(key: dg.AssetKey, door: DoorResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key,
        check_name="door",
        passed=door.is_passed,
        severity=dg.AssetCheckSeverity.ERROR if door.refused else dg.AssetCheckSeverity.WARN,
        metadata={
            "rows_loaded": door.rows_loaded,
            "rows_quarantined": door.rows_quarantined,
            "expectations": door.expectations,
            "refused": door.refused,
        },
    )


def _events(
    manifest: project.Manifest, result: BuildResult
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    for node in result.nodes:
        if node.resource_type == "test" and node.status != "skipped":
            key = project.check_key(manifest, node.unique_id)
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=node.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={
                    "rows_that_break_it": node.failures,
                    "message": node.message,
                    "seconds": node.seconds,
                },
            )
        elif node.resource_type in {"model", "seed"} and node.status == "success":
            yield dg.MaterializeResult(
                asset_key=project.asset_key(manifest, node.unique_id), metadata={"seconds": node.seconds}
            )
