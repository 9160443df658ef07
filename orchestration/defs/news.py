"""When the graph runs because the ledger has news: at once, and slower the more runs could not publish it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ledger.errors import LedgerError
from ledger.progress import Heads
from orchestration.defs.automation import refresh
from orchestration.defs.waiting import is_under_way
from orchestration.publish import published_heads
from orchestration.rounds import LedgerWatch
from settings import Settings

LONGEST_PAUSE = 900
"""Most seconds between two runs of which none brought the news into what is published."""


def ledger_sensor(settings: Settings) -> dg.SensorDefinition:
    """Ask for a run when the ledger holds more than what is published; it lingers, so the next news finds it warm."""
    watch = LedgerWatch(settings)

    @dg.sensor(
        name="ledger", job=refresh, minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        try:
            heads = watch.heads()
        except LedgerError as error:
            return dg.SkipReason(str(error))
        published = published_heads(settings)
        if not heads.is_beyond(published):
            return dg.SkipReason("the ledger holds nothing that is not published")
        if is_under_way(context.instance):
            return dg.SkipReason("a refresh is under way; it will be asked for again")
        tries = _Tries.read(context.cursor, published)
        if (pause := tries.pause(time.time())) > 0:
            return dg.SkipReason(
                f"{tries.count} runs did not publish it: see them; the next one comes in {pause:.0f} s"
            )
        context.update_cursor(tries.another(time.time()))
        lingering = {"ops": {"warehouse": {"config": {"linger_seconds": settings.linger_seconds}}}}
        return dg.SensorResult(run_requests=[dg.RunRequest(run_config=lingering)])

    return sensor


@dataclass(frozen=True)
class _Tries:
    """How many runs were asked for since something was last published, and when the last was (Unix seconds)."""

    published: Heads
    count: int
    last: float

    @classmethod
    def read(cls, cursor: str | None, published: Heads) -> _Tries:
        memory: dict[str, Any] = json.loads(cursor or "{}")
        is_same = memory.get("published") == list(published.ids)
        return cls(published, memory["count"], memory["last"]) if is_same else cls(published, 0, 0)

    def pause(self, now: float) -> float:
        """Seconds to wait yet: none for the first, then 20, 40, 80, … after the one before."""
        wait = min(LONGEST_PAUSE, 10 * 2**self.count) if self.count else 0
        return self.last + wait - now

    def another(self, now: float) -> str:
        return json.dumps({"published": self.published.ids, "count": self.count + 1, "last": now})
