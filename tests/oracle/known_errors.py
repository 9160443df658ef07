"""Histories that the SQL is known to judge wrongly; the generator leaves out exactly these.

Owns: one predicate an error. An error that is mended loses its predicate. Refuses: differences of taste.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.oracle.expected import states
from tests.oracle.facts import copies, instant
from tests.oracle.histories import History
from tests.oracle.machine import HANDED_OVER, LifeState


def known_error(rows: History, as_of: str) -> str | None:
    """The name of the first known error that the history would meet."""
    lives = states(rows, as_of)
    pairs = list(pairwise(lives))
    if any(_is_healed_in_a_later_cycle(state) for state in lives):
        return "two cycles open at once"
    if any(_has_copies_on_both_sides(rows, as_of, later) for _, later in pairs):
        return "copies of a scan in two lives"
    if any(_is_early_return_scan_tied(earlier, later) for earlier, later in pairs):
        return "return scan at the instant of a life's first forward scan"
    if any(_is_stopped_as_a_delivery_starts_the_return(state) for state in lives):
        return "scan after a return that a delivery began taken for a forward one"
    return None


def _is_healed_in_a_later_cycle(state: LifeState) -> bool:
    """A healed failure opens a cycle, yet the cycle before stays open until the delivery."""
    healed = [a.result == "delivered" and a.failed_at is not None for a in state.attempts if a.failed_at]
    return any(healed[1:])


def _has_copies_on_both_sides(rows: History, as_of: str, later: LifeState) -> bool:
    """A dated and a timed scan of one code and date, or two of one minute, with a manifest between them."""
    begun, now = later.life.begins_at, instant(as_of)
    assert begun is not None and now is not None
    groups = copies([row for feed, row in rows if feed == "scans"], now)
    return any(min(s.at for s in group) < begun <= max(s.at for s in group) for group in groups)


def _is_early_return_scan_tied(earlier: LifeState, later: LifeState) -> bool:
    """A return-leg scan at the instant of the life's first forward scan, of which it comes first."""
    moved = _early_return_scans(earlier, later)
    return any(scan.at in moved for scan in later.life.scans)


def _early_return_scans(earlier: LifeState, later: LifeState) -> set[datetime]:
    begun = later.life.begins_at
    return {scan.at for scan in earlier.life.scans if begun is not None and scan.at >= begun}


def _is_stopped_as_a_delivery_starts_the_return(state: LifeState) -> bool:
    """Held or delayed at the instant of a delivery that begins the return, and so after it: not before R."""
    stopped = {scan.at for scan in state.life.scans if scan.status in {"held", "delayed"}}
    delivered = {scan.at for scan in state.life.scans if scan.status in HANDED_OVER}
    return any(way.began_at in stopped & delivered for way in state.returns)
