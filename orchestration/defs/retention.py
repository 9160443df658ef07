"""Old receipts leave the ledger every night.

Annotations here are read by Dagster at run time: they must not be postponed (`from __future__`).
"""

import dagster as dg

from orchestration.retain import retain
from settings import Settings

_NAME = "retention"


def retention_job(settings: Settings) -> dg.JobDefinition:
    """The job over one data folder. Not in the writer's pool: it gives the writer's lock back between two files."""

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=2, delay=60, backoff=dg.Backoff.EXPONENTIAL))
    def move_old_receipts(context: dg.OpExecutionContext) -> None:
        result = retain(settings, context.log.info)
        context.log.info(result.line())
        context.add_output_metadata(
            {"receipts": result.receipts, "files": len(result.files), "not_loaded": result.staying}
        )

    @dg.job(name=_NAME, description="Move old receipts that are loaded from the ledger to the archive.")
    def retention() -> None:
        move_old_receipts()

    return retention


every_night = dg.ScheduleDefinition(
    name="every_night",
    job_name=_NAME,
    cron_schedule="40 3 * * *",  # couriers send least then
    execution_timezone="Asia/Kolkata",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
