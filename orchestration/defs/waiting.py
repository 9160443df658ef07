"""Runs of `refresh` that wait for each other: which are under way, and which one is wanted next."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

REFRESH = "refresh"

_ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def is_under_way(instance: dg.DagsterInstance, job: str = REFRESH) -> bool:
    """Whether a run of the job is queued or running."""
    return instance.get_runs_count(dg.RunsFilter(job_name=job, statuses=_ACTIVE)) > 0


def is_waited_for(instance: dg.DagsterInstance) -> bool:
    """Whether a run waits in the queue: it may want the warehouse's one place."""
    return instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED])) > 0


def end_leftovers(home: Path) -> int:
    """Call the runs failed that a killed daemon left under way, and say how many; for whoever starts the only daemon.

    Nothing runs them any more, and no new refresh would begin while they are thought to run.
    """
    with dg.DagsterInstance.from_config(str(home)) as instance:
        left = instance.get_runs(
            dg.RunsFilter(statuses=[one for one in _ACTIVE if one != dg.DagsterRunStatus.QUEUED])
        )
        for run in left:
            instance.report_run_failed(run, "its process ended with the daemon that had started it")
    return len(left)
