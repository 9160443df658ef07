"""The stage of a case at as_of, and why: the first that fits.

Owns: SEMANTICS "Stage". Refuses: verdicts; it is told which instructions were superseded.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.oracle.instructions import Instruction
from tests.oracle.machine import LifeState
from tests.oracle.requests import midnight
from tests.oracle.rivals import A_DAY, Conflict

THREE_DAYS = timedelta(hours=72)
_MAILED = {"failed": "newer_rejected", "unknown": "newer_unknown"}


def stage_of(
    state: LifeState,
    effective: list[Instruction],
    conflict: Conflict | None,
    unread: list[datetime],
    now: datetime,
) -> tuple[str, str]:
    """stage and stage_reason; `effective` are the latest cycle's in order, `unread` when other answers came."""
    if state.outcome != "open":
        return ("closed", state.outcome)
    if conflict is not None and conflict.ended_at > now:
        return ("new", "conflict")
    newest = effective[-1] if effective else None
    if newest and newest.action == "mark_delivered" and newest.given_at + THREE_DAYS > now:
        return ("processed", "disputed")
    accepted = [one for one in effective if one.accepted_at is not None]
    if newest and accepted:
        return _in_force(state, newest, accepted[-1], now)
    if newest:
        return _not_in_force(newest, conflict, now)
    is_unread = any(len(state.cycles) == 1 or at >= state.cycles[-1].opened_at for at in unread)
    return ("new", "answer_to_read" if is_unread else "no_instruction")


def _in_force(state: LifeState, newest: Instruction, accepted: Instruction, now: datetime) -> tuple[str, str]:
    """ "72 h after the latest of acceptance, last scan of any status and 00:00 IST of the requested date"."""
    moments = [accepted.accepted_at, *(scan.at for scan in state.life.scans)]
    moments += [midnight(accepted.requested_on)] if accepted.requested_on else []
    if max(at for at in moments if at is not None) + THREE_DAYS <= now:
        return ("new", "courier_silent")
    if newest is accepted:
        return ("mailed", "accepted")
    return ("mailed", _MAILED.get(newest.submission.state, "newer_not_sent"))


def _not_in_force(newest: Instruction, conflict: Conflict | None, now: datetime) -> tuple[str, str]:
    """ "Unsettled: 24 h after it was given, or after the conflict ended, without an acceptance"."""
    if newest.is_refused:
        return ("new", "rejected")
    since = max(newest.given_at, conflict.ended_at) if conflict else newest.given_at
    if since + A_DAY <= now:
        return ("new", "unsettled")
    return ("processed", "unknown" if newest.submission.state == "unknown" else "not_sent")
