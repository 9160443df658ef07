"""Shiprocket's orders: an action on an AWB's NDR, accepted without an id; the NDR's history is what is read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from couriers.actions import Actions, Answer, Call, Order, ReadBack, Verdict, document
from couriers.answers import UNKNOWN, at, each, own_item, refused, said, text
from couriers.asking import given, offered
from couriers.shiprocket.tracking import TRACKING
from couriers.tracking import Request, bearer
from settings import IST, CourierSettings

_NDR = "/v1/external/ndr"
_SOUNDS = (".mp3", ".wav", ".m4a", ".aac", ".ogg", ".amr", ".opus")
#: Its words where we have none: comments are required.
_COMMENTS = {
    "re-attempt": "Please attempt the delivery again",
    "return": "Please return the parcel to the seller",
    "fake-attempt": "The buyer says that nobody came",
}


def plan(order: Order) -> tuple[str, ...]:
    """A call for each order; a reattempt may have no date, a hold must have one."""
    if order.action == "hold":
        return offered(order, ("reattempt",))
    return offered(order, ("reattempt", "rto", "fake_attempt"), is_dated=False)


def ask_reattempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """Another attempt, on a day and with details where there are any."""
    return _ask(orders[0], token, "re-attempt", **_details(orders[0]))


def ask_return(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The return."""
    return _ask(orders[0], token, "return")


def ask_fake_attempt(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The claim that an attempt was none; it wants a sound or a picture that shows it."""
    order = orders[0]
    proofs = {_kind(proof): proof for proof in (order.proof or "").split()}
    return _ask(order, token, "fake-attempt", remarks="Delivery Requested", **_details(order), **proofs)


def _ask(order: Order, token: str, action: str, **fields: str | None) -> Request:
    comments = order.remarks or _COMMENTS[action]
    body = {
        "action": action,
        "comments": comments,
        **given(fields),
    }
    return Request("POST", f"{_NDR}/{quote(order.awb, safe='')}/action", headers=bearer(token), json=body)


def _details(order: Order) -> dict[str, str | None]:
    return {
        "phone": order.phone,
        "address1": order.address,
        "address2": order.landmark,
        "deferred_date": order.day,
    }


def _kind(proof: str) -> str:
    return "proof_audio" if urlsplit(proof).path.lower().endswith(_SOUNDS) else "proof_image"


def _one(order: Order, found: Any) -> Answer | None:  # noqa: ARG001
    """Its text for yes is misspelled; a no may say its status in the body alone."""
    code = at(found, "status_code")
    if isinstance(code, int) and 400 <= code < 500 and code not in (401, 403, 408, 429):
        return refused(said(found))
    words = (text(at(found, "status")) or "").lower()
    return Answer(Verdict.accepted) if words.startswith("data updated suc") else None


def read(orders: Sequence[Order], status: int, body: bytes) -> Sequence[Answer]:
    """The AWB is in the address, so that one which it does not know is a 404."""
    return each(_one)(orders, 400 if status == 404 else status, body)


def ask_history(order: Order, reference: str | None, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The AWB's NDR with its history."""
    return Request("GET", f"{_NDR}/{quote(order.awb, safe='')}", headers=bearer(token))


def read_history(order: Order, sent_at: datetime, status: int, body: bytes) -> Answer:
    """A seller's row (action_by 2) of the attempt that was the newest when we asked shows that something was taken.

    In the documented answer it repeats the time of the courier's row, so that only one which is not older than our call
    is surely ours; without any, the order never arrived. What was asked says no row.
    """
    listed = at(document(body), "data")
    rows = at(own_item(order, listed if isinstance(listed, list) else [listed], "awb_code"), "history")
    if not 200 <= status < 300 or not isinstance(rows, list):
        return UNKNOWN
    read_rows = [(at(row, "ndr_attempt"), at(row, "action_by"), _raised(row)) for row in rows]
    asked_at = sent_at.replace(microsecond=0)
    before = [number for number, _, raised in read_rows if raised and raised <= asked_at]
    if not before or not all(isinstance(number, int) and by and raised for number, by, raised in read_rows):
        return UNKNOWN
    ours = [raised for number, by, raised in read_rows if number == max(before) and text(by) == "2"]
    if not ours:
        return Answer(Verdict.absent)
    return Answer(Verdict.accepted) if any(raised and raised >= asked_at for raised in ours) else UNKNOWN


def _raised(row: Any) -> datetime | None:
    try:
        return datetime.strptime(text(at(row, "ndr_raised_at")) or "", "%Y-%m-%d %H:%M:%S").replace(
            tzinfo=IST
        )
    except ValueError:
        return None


_HISTORY = ReadBack(ask_history, read_history)

ACTIONS = Actions(
    address=TRACKING.address,
    plan=plan,
    by_name={
        "reattempt": Call(ask_reattempt, read, read_back=_HISTORY),
        "rto": Call(ask_return, read, read_back=_HISTORY),
        "fake_attempt": Call(ask_fake_attempt, read, read_back=_HISTORY),
    },
    needs=TRACKING.needs,
    login=TRACKING.login,
    evidence="documented",
)
