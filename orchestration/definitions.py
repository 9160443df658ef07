"""What Dagster loads (see workspace.yaml). The project is read when the code location is loaded, not at import."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.build import DBT_PROJECT
from orchestration.defs.assets import raw_asset, warehouse_asset
from orchestration.defs.automation import every_quarter_hour, inbox_sensor, refresh
from orchestration.defs.manifest import load_manifest
from orchestration.defs.news import ledger_sensor
from orchestration.defs.orders import action_sync, every_few_minutes, orders_sensor, outbox_asset
from orchestration.defs.retention import every_night, retention_job
from settings import Settings, get_settings


def build_definitions(settings: Settings, project_dir: Path = DBT_PROJECT) -> dg.Definitions:
    """The whole graph over one data folder."""
    manifest = load_manifest(settings, project_dir)
    return dg.Definitions(
        assets=[
            raw_asset(settings, manifest),
            warehouse_asset(settings, manifest, project_dir),
            outbox_asset(settings),
        ],
        jobs=[refresh, retention_job(settings), action_sync],
        schedules=[every_quarter_hour, every_night, every_few_minutes],
        sensors=[inbox_sensor(settings), ledger_sensor(settings), orders_sensor(settings)],
        # One process for a run: a step's own process would cost its start, eight seconds, again.
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The graph over the data folder of the environment."""
    return build_definitions(get_settings())
