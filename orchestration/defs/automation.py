"""When the graph runs: on files in the inbox, and every few minutes, as time passes for open cases; see `defs.news`
for the ledger."""

from __future__ import annotations

import hashlib
import json

import dagster as dg

from orchestration import inbox
from orchestration.defs.waiting import REFRESH, is_under_way
from settings import Settings

MAX_TRIES = 3
"""Runs that one set of files gets; a run that fails has its own retries besides."""

refresh = dg.define_asset_job(
    REFRESH,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("orders"),
    description="Load the ledger's news and the inbox, run the models and their tests, publish.",
)

every_quarter_hour = dg.ScheduleDefinition(
    name="every_quarter_hour",
    job=refresh,
    cron_schedule="*/15 * * * *",
    execution_timezone="Asia/Kolkata",
    # A refresh that is under way builds by itself when it is time.
    should_execute=lambda context: not is_under_way(context.instance),
    default_status=dg.DefaultScheduleStatus.RUNNING,
)


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """Ask for a run when files in the inbox did not change between two looks."""

    @dg.sensor(
        name="inbox", job=refresh, minimum_interval_seconds=10, default_status=dg.DefaultSensorStatus.RUNNING
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        memory = json.loads(context.cursor or "{}")
        before, tries = memory.get("look", {}), memory.get("tries", {})
        now = inbox.look(settings)
        stable = sorted(name for name, state in now.items() if before.get(name) == list(state))
        digest = hashlib.sha256(json.dumps([(name, now[name]) for name in stable]).encode()).hexdigest()[:16]
        reason = _reason_to_wait(context, stable, tries.get(digest, 0), bool(now))
        requests = []
        if reason is None:
            tries = {digest: tries.get(digest, 0) + 1}
            requests = [_request(stable, f"{digest}-{tries[digest]}")]
        context.update_cursor(json.dumps({"look": now, "tries": tries}))
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason(reason)

    return sensor


def _request(names: list[str], run_key: str) -> dg.RunRequest:
    return dg.RunRequest(run_key=run_key, run_config={"ops": {"raw": {"config": {"names": names}}}})


def _reason_to_wait(
    context: dg.SensorEvaluationContext, stable: list[str], tried: int, is_something_there: bool
) -> str | None:
    if not stable:
        return "files are still being written" if is_something_there else "the inbox is empty"
    if tried >= MAX_TRIES:
        return f"given up on {', '.join(stable)} after {tried} failed runs: see them, then touch a file to try again"
    if is_under_way(context.instance):
        return "a refresh is under way; it takes them, or will be asked for again"
    return None
