"""Orders to couriers: sent when one is due, by a run that lingers; and how the outbox is, as checks.

Annotations here are read by Dagster at run time: they must not be postponed (`from __future__`).
"""

from collections.abc import Iterator

import dagster as dg
import duckdb

from action_sync.watch import OutboxWatch
from ledger.database import open_ledger
from ledger.errors import LedgerError
from ledger.outbox_health import outbox_health
from orchestration.defs.events import Event
from orchestration.defs.waiting import is_under_way
from orchestration.dispatching import dispatch
from settings import Settings

JOB = "action_sync"
_KEY = dg.AssetKey(["ledger", "outbox"])
#: Of the orders of a day, how many may be unclear, and how many refused.
MOST_UNKNOWN, MOST_REFUSED = 0.02, 0.2

_PROMISES = {
    "none_stuck": "No order waits a quarter of an hour longer than it should.",
    "few_unknown": "Of a day's orders at most 2% are unclear.",
    "few_refused": "Of a day's orders at most 20% are refused.",
    "none_raised": "Of no order a person has to ask the courier what became of it.",
}


class DispatchOptions(dg.Config):
    """How long to wait for further orders in the end, in seconds."""

    linger_seconds: float = 0


def outbox_asset(settings: Settings) -> dg.AssetsDefinition:
    """The outbox: what became of orders, with its checks."""
    about = "Orders to couriers: sent, read back, settled."

    @dg.multi_asset(
        name="outbox",
        specs=[dg.AssetSpec(_KEY, group_name="orders", description=about)],
        check_specs=[
            dg.AssetCheckSpec(name, asset=_KEY, description=promise) for name, promise in _PROMISES.items()
        ],
    )
    def outbox(context: dg.AssetExecutionContext, config: DispatchOptions) -> Iterator[Event]:
        dispatch(settings, config.linger_seconds, context.log.info)
        ledger = open_ledger(settings)
        health = outbox_health(ledger, settings.now())
        ledger.close()
        yield dg.MaterializeResult(
            asset_key=_KEY, metadata={**health.states, "failed_today": health.failed_today}
        )
        yield _check("none_stuck", not health.stuck, sum(health.stuck.values()))
        yield _check("few_unknown", health.unknown_share <= MOST_UNKNOWN, health.unknown_share)
        yield _check("few_refused", health.refused_share <= MOST_REFUSED, health.refused_share)
        yield _check("none_raised", not health.raised, health.raised)

    return outbox


action_sync = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.assets(_KEY),
    description="Send what is due to couriers, find out what became of it, settle it.",
)


def orders_sensor(settings: Settings) -> dg.SensorDefinition:
    """Bring what is published into the outbox; ask for a run when an order is due. The run lingers for the next."""
    watch = OutboxWatch(settings)

    @dg.sensor(
        name="orders", job_name=JOB, minimum_interval_seconds=2, default_status=dg.DefaultSensorStatus.RUNNING
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if is_under_way(context.instance, JOB):
            return dg.SkipReason("orders are being sent")
        try:
            if not watch.is_work():
                return dg.SkipReason("no order is due")
        except (LedgerError, duckdb.Error, OSError) as error:
            return dg.SkipReason(f"{type(error).__name__}: it is looked at again")
        lingering = {"ops": {"outbox": {"config": {"linger_seconds": settings.linger_seconds}}}}
        return dg.SensorResult(run_requests=[dg.RunRequest(run_config=lingering)])

    return sensor


def _check(name: str, passed: bool, found: float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=_KEY,
        check_name=name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"found": found},
    )


#: Also while nothing is due: what is stuck or unclear is told of.
every_few_minutes = dg.ScheduleDefinition(
    name="orders_looked_at",
    job_name=JOB,
    cron_schedule="*/15 * * * *",
    execution_timezone="Asia/Kolkata",
    should_execute=lambda context: not is_under_way(context.instance, JOB),
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
