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
from orchestration.defs.events import Event, Later, build_events, door_check, later_events
from orchestration.defs.waiting import is_waited_for
from orchestration.inbox import load_inbox
from orchestration.quality import door_results
from orchestration.rounds import Patience, rounds
from settings import Settings

WRITER_POOL = "warehouse_writer"
"""One run at a time writes; the limit of 1 stands in dagster.yaml."""
_RETRIES = dg.RetryPolicy(max_retries=2, delay=20, backoff=dg.Backoff.EXPONENTIAL)


class InboxFiles(dg.Config):
    """Which files of the inbox to load; none named: those that nobody changed for a while."""

    names: list[str] = Field(default_factory=list)


class BuildOptions(dg.Config):
    """Whether to make every table anew, and how long to wait for news of the ledger in the end."""

    full_refresh: bool = False
    linger_seconds: float = 0


def raw_asset(settings: Settings, manifest: project.Manifest) -> dg.AssetsDefinition:
    """Schema raw: one asset a table, one check a feed; a file of no feed is judged on `raw/loads`."""
    tables = sorted({*project.raw_tables(manifest), *FEEDS, "loads"})
    keys = {name: dg.AssetKey(["raw", name]) for name in tables}
    door = "Of the last day's files no row was quarantined and none was refused."

    @dg.multi_asset(
        name="raw",
        specs=[dg.AssetSpec(key, group_name="raw", kinds={"duckdb"}) for key in keys.values()],
        check_specs=[
            dg.AssetCheckSpec("door", asset=keys[name], description=door) for name in [*FEEDS, "loads"]
        ],
        pool=WRITER_POOL,
        retry_policy=_RETRIES,
    )
    def raw(context: dg.AssetExecutionContext, config: InboxFiles) -> Iterator[Event]:
        results = load_inbox(settings, config.names or None, context.log.info)
        for result in results:
            context.log.info(result.line())
        for name, key in keys.items():
            rows = sum(result.rows_loaded for result in results if result.feed == name)
            yield dg.MaterializeResult(asset_key=key, metadata={"rows_loaded": rows})
        for judged in door_results(settings):
            yield door_check(keys[judged.feed or "loads"], judged)

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
        # Not to build less: an incremental build leaves vocabulary as it is and does not test what it does not publish,
        # and only of such a step need Dagster not be told about everything.
        can_subset=True,
        pool=WRITER_POOL,
        retry_policy=_RETRIES,
    )
    def warehouse(context: dg.AssetExecutionContext, config: BuildOptions) -> Iterator[Event | Later]:
        result = run_build(
            settings, full_refresh=config.full_refresh, project_dir=project_dir, say=context.log.info
        )
        yield from _selected(context, build_events(manifest, result))
        _raise_failures(result)
        patience = Patience(config.linger_seconds, lambda: is_waited_for(context.instance))
        for later in rounds(settings, result, project_dir, patience, context.log.info):
            yield from later_events(manifest, later)
            _raise_failures(later)

    return warehouse


def _selected(context: dg.AssetExecutionContext, events: Iterator[Event]) -> Iterator[Event]:
    """The events of what somebody chose to see; all is built whatever was chosen."""
    for event in events:
        if isinstance(event, dg.AssetCheckResult):
            assert event.asset_key and event.check_name  # noqa: S101 (`build_events` gives both)
            is_chosen = (
                dg.AssetCheckKey(event.asset_key, event.check_name) in context.selected_asset_check_keys
            )
        else:
            is_chosen = event.asset_key in context.selected_asset_keys
        if is_chosen:
            yield event


def _raise_failures(result: BuildResult) -> None:
    if result.failures:
        lines = [node.line() for node in result.failures]
        raise dg.Failure("nothing was published: " + "; ".join(lines), allow_retries=False)
