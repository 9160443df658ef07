"""Instructions of one cycle beside each other: which replaces which, and the conflict of customer and operations.

Owns: SEMANTICS on superseding, `outranked` and conflict. Refuses: what the courier did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracle.carrying import is_contradiction
from tests.oracle.instructions import Instruction

A_DAY = timedelta(hours=24)


@dataclass
class Conflict:
    """The customer's and operations' latest word, one of which returns and one reattempts."""

    older: Instruction
    newer: Instruction

    @property
    def refused_at(self) -> datetime | None:
        """When the first refusal of one of the two ended it."""
        refusals = [one.submission.refused_at for one in (self.older, self.newer)]
        return min((at for at in refusals if at is not None), default=None)

    @property
    def lapses_at(self) -> datetime:
        """ "After 24 h the newest of operations counts"."""
        return self.newer.given_at + A_DAY

    @property
    def ended_at(self) -> datetime:
        """By a refusal or after 24 hours."""
        return min(self.lapses_at, self.refused_at or self.lapses_at)


def conflict_of(told: list[Instruction], latest_cycle: int) -> Conflict | None:
    """The conflict that the newest of them began; "a third, newer instruction of either settles it"."""
    latest: dict[str, Instruction] = {}
    found: Conflict | None = None
    for one in told:
        if not (one.is_moving and one.is_persons and one.reach >= latest_cycle):
            continue
        other = latest.get("operations" if one.source == "customer" else "customer")
        is_settling = found is not None and found.refused_at is None
        found = None
        if other and not is_settling and is_contradiction(one, other):
            is_accepted = one.accepted_at is not None or other.accepted_at is not None
            found = None if is_accepted else Conflict(other, one)
        latest[one.source] = one
    return found


def is_outranked(one: Instruction, told: list[Instruction]) -> bool:
    """A default or rule "given after one that was not refused is itself superseded from the start"."""
    if one.is_persons or not one.is_moving:
        return False
    return any(
        other.is_persons and not other.is_refused and _comes_after_in_a_cycle(one, other) for other in told
    )


def replacements(one: Instruction, told: list[Instruction]) -> list[Instruction]:
    """The newer effective ones of a cycle of its; "a default or rule never supersedes" a person's."""
    return [
        newer
        for newer in told
        if _comes_after_in_a_cycle(newer, one)
        and (newer.is_persons or not one.is_persons)
        and not is_outranked(newer, told)
    ]


def _comes_after_in_a_cycle(newer: Instruction, older: Instruction) -> bool:
    """Both move the parcel, and the older one still lived in the newer one's cycle."""
    is_later = newer.order > older.order and newer.cycle <= older.last_cycle
    return is_later and newer.is_moving and older.is_moving
