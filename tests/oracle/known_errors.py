"""Histories that the SQL is known to judge wrongly; the generator leaves out exactly these.

Owns: one predicate an error. An error that is mended loses its predicate. Refuses: differences of taste.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.oracle.expected import given, states
from tests.oracle.facts import copies, instant
from tests.oracle.histories import History
from tests.oracle.instructions import Instruction
from tests.oracle.lives import TERMINAL, is_return_scan
from tests.oracle.machine import LifeState
from tests.oracle.verdicts import outcome_at


def known_error(rows: History, as_of: str) -> str | None:
    """The name of the first known error that the history would meet."""
    lives = states(rows, as_of)
    pairs = list(pairwise(lives))
    if any(_is_still_out_after_two_dispatches(state) for state in lives):
        return "open dispatch called unverified"
    if any(_is_healed_in_a_later_cycle(state) for state in lives):
        return "two cycles open at once"
    if any(_has_copies_on_both_sides(rows, as_of, later) for _, later in pairs):
        return "copies of a scan in two lives"
    if any(_is_early_return_scan_tied(earlier, later) for earlier, later in pairs):
        return "return scan at the instant of a life's first forward scan"
    if any(_is_early_return_scan_after_a_pickup(earlier, later) for earlier, later in pairs):
        return "customer's return pickup taken for a forward scan"
    if any(_ended_at_its_first_scan(earlier, later) for earlier, later in pairs[1:]):
        return "life that ended with its only scan"
    if any(_is_turned_round_onto_a_loss(state, told) for state, told in given(rows, lives, as_of)):
        return "return turned round after the acceptance onto a loss"
    return None


def _is_turned_round_onto_a_loss(state: LifeState, told: list[Instruction]) -> bool:
    """Row 0 does not see that a return was turned round when the loss before it then stands again."""
    for accepted_at in [i.accepted_at for i in told if i.accepted_at is not None]:
        turned = any(at > accepted_at and kind == "rto" for at, kind in state.released)
        later = {outcome for at, outcome in state.outcomes if at > accepted_at}
        is_seen = later & {"open", "delivered", "partially_delivered"}
        if outcome_at(state, accepted_at) == "rto" and turned and not is_seen:
            return True
    return False


def _is_still_out_after_two_dispatches(state: LifeState) -> bool:
    """The second out_for_delivery of one IST date with nothing after it ends the attempt as unverified."""
    return any(attempt.result == "open" and attempt.is_dispatched_again for attempt in state.attempts)


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


def _is_early_return_scan_after_a_pickup(earlier: LifeState, later: LifeState) -> bool:
    """`reverse` "never touches a forward case", yet it keeps a return-leg scan in the life that it is in."""
    moved = _early_return_scans(earlier, later)
    return any(
        scan.status == "reverse" and scan.at < max(moved, default=scan.at) for scan in later.life.scans
    )


def _early_return_scans(earlier: LifeState, later: LifeState) -> set[datetime]:
    begun = later.life.begins_at
    return {scan.at for scan in earlier.life.scans if begun is not None and scan.at >= begun}


def _ended_at_its_first_scan(state: LifeState, later: LifeState) -> bool:
    """A later life, or the latest order in it, is not ended by a terminal event at its first forward scan."""
    begun, end = state.life.begins_at, later.life.begins_at
    assert begun is not None and end is not None
    for since in (begun, max(begun, instant(state.life.manifest["manifested_at"]) or begun)):
        own = [scan for scan in state.life.scans if since <= scan.at < end and scan.status != "reverse"]
        first = min((scan.at for scan in own if not is_return_scan(scan)), default=end)
        if not any(scan.status in TERMINAL and scan.at > first for scan in own):
            return True
    return False
