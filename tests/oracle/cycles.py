"""The cycles of one life, from its attempts and its end.

Owns: when a cycle opens and closes. Refuses: which cycle an instruction is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.oracle.attempts import Attempt


@dataclass
class Cycle:
    """From a failed attempt to the next result or the outcome."""

    opened_at: datetime
    reason: str | None
    closed_at: datetime | None = None
    result: str = "open"

    def close(self, at: datetime | None, result: str) -> None:
        """Ends the cycle; a partial delivery is a delivery."""
        self.closed_at, self.result = at, result.replace("partially_", "")


def cycles_of(attempts: list[Attempt], outcome: str, closed_at: datetime | None) -> list[Cycle]:
    """ "Cycle k opens at the k-th failed attempt and closes at the next attempt's result or at the outcome"."""
    found: list[Cycle] = []
    for attempt in attempts:
        if attempt.failed_at is not None:
            if found:
                found[-1].close(attempt.failed_at, "failed_again")
            found.append(Cycle(attempt.failed_at, attempt.reason))
        if found and attempt.result == "delivered":
            found[-1].close(attempt.closed_at, "delivered")
    if found and found[-1].result == "open" and outcome != "open":
        found[-1].close(closed_at, outcome)
    return found
