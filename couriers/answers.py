"""What the answer to orders says: yes, no and why, in the spellings of couriers.

Owns: what a status alone says, a courier's words as a reason, and whose an item of a list is. Refuses: I/O, and any
guess: what is not plainly yes or no is unknown. Nothing here raises, whatever a body holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from couriers.actions import NOT_ABOUT_ORDERS, Answer, Order, Verdict, by_status, document

UNKNOWN = Answer(Verdict.unknown)

#: By a pattern in a courier's words, the first that fits: what they say of an order that was refused.
Words = Mapping[str, tuple[Verdict, str]]

#: Words that are plain at any courier, inferred: few publish theirs.
WORDS: Words = MappingProxyType({
    r"unauthori[sz]|not authori[sz]|(invalid|expired) (access )?token|token (has )?expired": (
        Verdict.later, "unauthorised"
    ),
    r"valid awb": (Verdict.rejected, "invalid_request"),
    r"already delivered|(has|have) been delivered": (Verdict.rejected, "already_delivered"),
    r"already .*\brto\b|\brto\b .*already|rto lock": (Verdict.rejected, "already_rto"),
    r"max(imum)? attempt": (Verdict.rejected, "attempts_exhausted"),
    r"(invalid|incorrect|current) (state|status)|not (eligible|undelivered)|not in (ndr|undelivered)": (
        Verdict.rejected, "ineligible_status"
    ),
    r"not supported": (Verdict.rejected, "unsupported"),
})  # fmt: skip

_SPELLED = {"true": True, "success": True, "false": False, "failure": False, "failed": False, "error": False}
_SAID = (
    "message",
    "remark",
    "remarks",
    "error",
    "errors",
    "reason",
    "cp_response",
    "responseMsg",
    "html_message",
)
_LONGEST = 300


def at(value: Any, *names: str) -> Any:
    """What stands under these names, one in the other; None where something else does."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: Any) -> str | None:
    """A text without blanks around it, an AWB also where it came as a number; None for all else and for blanks."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def flag(value: Any) -> bool | None:
    """Yes or no, as a truth value or in words; None for all else."""
    if isinstance(value, bool):
        return value
    return _SPELLED.get(value.strip().lower()) if isinstance(value, str) else None


def said(value: Any) -> str | None:
    """The courier's words: the value itself, or what stands under one of the usual names."""
    found = (text(value), *(text(at(value, name)) for name in _SAID))
    return next((words[:_LONGEST] for words in found if words), None)


def refused(words: str | None, known: Words = WORDS) -> Answer:
    """A refusal in these words; where they are in no row, the request is at fault."""
    verdict, reason = next(
        (meaning for pattern, meaning in known.items() if re.search(pattern, words or "", re.IGNORECASE)),
        (Verdict.rejected, "invalid_request"),
    )
    return Answer(verdict, reason, said=words)


def judged(item: Any, known: Words = WORDS) -> Answer:
    """What an object with a `status` of yes or no and some words says."""
    yes = flag(at(item, "status"))
    if yes is None:
        return UNKNOWN
    return Answer(Verdict.accepted, said=said(item)) if yes else refused(said(item), known)


def own_item(order: Order, items: Any, name: str = "awb") -> Any:
    """The one object of a list that names the order's AWB; None where there is none, or more than one."""
    own = [one for one in items if text(at(one, name)) == order.awb] if isinstance(items, list) else []
    return own[0] if len(own) == 1 else None


def of_call(status: int, words: str | None, *, is_alone: bool, known: Words = WORDS) -> Answer:
    """What the status and the courier's words say of every order of a call whose body says nothing of them.

    A refusal of several orders says nothing of the single one: each is asked again in a smaller call.
    """
    answer = by_status(status) or UNKNOWN
    if answer.verdict is Verdict.rejected:
        answer = refused(words, known)
        if answer.verdict is Verdict.rejected and not is_alone:
            answer = Answer(Verdict.later, "invalid_request")
    return replace(answer, said=words)


def each(
    one: Callable[[Order, Any], Answer | None],
    *,
    head: Callable[[Any], Any] = lambda found: found,
    known: Words = WORDS,
    parsed: Callable[[bytes], Any] = document,
) -> Callable[[Sequence[Order], int, bytes], Sequence[Answer]]:
    """The `read` of a call: `one` says what the document says of an order (None: nothing), `head` gives the part that
    speaks for the call, whose `status` or `success` may be a no; `parsed` makes the document of a body."""

    def read(orders: Sequence[Order], status: int, body: bytes) -> Sequence[Answer]:
        found = parsed(body)
        part = head(found)
        if 200 <= status < 300 and False in (flag(at(part, "status")), flag(at(part, "success"))):
            status = 400
        call = of_call(status, said(part), is_alone=len(orders) == 1, known=known)
        return [_joined(status, one(order, found), call) for order in orders]

    return read


def _joined(status: int, own: Answer | None, call: Answer) -> Answer:
    """What is said of an order beside what is said of its call: a call that failed took nothing, also where it says so
    of an order; what it refuses of an order, it refuses."""
    if own is None or 200 <= status < 300:
        return own or call
    if own.verdict in (Verdict.accepted, Verdict.processing):
        return UNKNOWN
    is_about_it = own.verdict is not Verdict.unknown and call.verdict is not Verdict.unknown
    return own if is_about_it and status not in NOT_ABOUT_ORDERS else call


def token_at(name: str) -> Callable[[bytes], str | None]:
    """How the token is read from the answer to a login."""
    return lambda body: text(at(document(body), name))
