"""Delhivery's orders: reattempts by the NDR API, whose result is read back; details and returns by the edit call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from couriers.actions import QUIET, Actions, Answer, Call, Order, ReadBack, Verdict, document
from couriers.answers import UNKNOWN, WORDS, Words, at, each, judged, own_item, refused, said, text
from couriers.asking import given
from couriers.delhivery.tracking import TRACKING
from couriers.tracking import Request, bearer
from settings import CourierSettings

#: Its documented errors. A parcel under way to the customer, and one of which another action is being worked on, were
#: refused for now: the order is kept for later, never lost.
ERRORS: Words = {
    "part of dispatch": (Verdict.later, "ineligible_status"),
    "is being performed": (Verdict.later, "ineligible_status"),
    "should be in canceled status": (Verdict.rejected, "ineligible_status"),
    "rescheduling is not allowed": (Verdict.rejected, "ineligible_status"),
    **WORDS,
}
#: Of a single parcel it is final: a parcel that is not ours will not become so.
OF_ONE: Words = {"unauthori": (Verdict.rejected, "unauthorised"), **ERRORS}


def plan(order: Order) -> tuple[str, ...]:
    """New details before the reattempt that needs them; no hold, as no date is carried."""
    edit = ("edit",) if order.phone or order.address else ()
    plans = {"reattempt": (*edit, "reattempt"), "update_details": edit, "rto": ("rto",)}
    return plans.get(order.action, ())


def ask(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """Reattempts of up to 1,000 waybills."""
    body = {"data": [{"waybill": order.awb, "act": "RE-ATTEMPT"} for order in orders]}
    return Request("POST", "/api/p/update", headers=bearer(token, "Token"), json=body)


def ask_edit(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """New phone or address of one waybill; it takes neither a pincode nor a city."""
    return _edit(orders[0], token, phone=orders[0].phone, add=orders[0].place)


def ask_rto(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The return of one waybill; nothing takes it back."""
    return _edit(orders[0], token, cancellation="true")


def _edit(order: Order, token: str, **fields: str | None) -> Request:
    body = {"waybill": order.awb, **{name: _plain(words) for name, words in given(fields).items()}}
    headers = {**bearer(token, "Token"), "Accept": "application/json"}
    return Request("POST", "/api/p/edit", headers=headers, json=body)


def _plain(words: str) -> str:
    """Without the characters that it does not take in a body."""
    return " ".join(re.sub(r"[&#%;\\]", " ", words).split())


def _taken(order: Order, found: Any) -> Answer | None:  # noqa: ARG001
    """The id of a job means that it was taken, not that it was done: also for a waybill that does not exist."""
    job = text(at(found, "request_id"))
    return Answer(Verdict.processing, reference=job, said=said(found)) if job else None


def _edited(order: Order, found: Any) -> Answer | None:  # noqa: ARG001
    return judged(found, ERRORS)


def _json_or_xml(body: bytes) -> Any:
    """The edit call answers some clients in XML: <status>Success</status>, <error>…</error>."""
    found = document(body)
    tags = re.findall(r"<(status|error|remark)>([^<]*)</", body.decode(errors="replace"))
    return dict(tags) if found is None else found


def ask_job(order: Order, reference: str | None, own: CourierSettings, token: str) -> Request:  # noqa: ARG001
    """The result of the job of this id."""
    path = f"/api/cmu/get_bulk_upl/{quote(reference or '', safe='')}"
    return Request("GET", path, {"verbose": "true"}, bearer(token, "Token"))


def read_job(order: Order, sent_at: datetime, status: int, body: bytes) -> Answer:  # noqa: ARG001
    """A failed job may have failed for others only, so that the waybill decides. 401, 403 and 404 are one bare text."""
    found = document(body)
    if not 200 <= status < 300:
        return _still(said(found))
    done = at(found, "success_wbns")
    is_done = isinstance(done, list) and order.awb in [text(at(one, "waybill")) or text(one) for one in done]
    failed = own_item(order, at(found, "failed_wbns"), "waybill")
    if is_done or failed is None:
        word = (text(at(found, "status")) or "success").lower()
        if is_done and failed is None:
            return Answer(Verdict.accepted, said=said(found))
        return UNKNOWN if word in ("success", "failure") else Answer(Verdict.processing, said=said(found))
    still = _still(said(failed))
    return refused(said(failed), OF_ONE) if still is UNKNOWN else still


def _still(words: str | None) -> Answer:
    is_worked_on = "is being performed" in (words or "").lower()
    return Answer(Verdict.processing, said=words) if is_worked_on else UNKNOWN


_EDIT = each(_edited, known=ERRORS, parsed=_json_or_xml)

ACTIONS = Actions(
    address=TRACKING.address,
    plan=plan,
    by_name={
        "reattempt": Call(
            ask,
            each(_taken, known=ERRORS),
            most=1000,
            read_back=ReadBack(ask_job, read_job, needs_reference=True),
        ),
        "edit": Call(ask_edit, _EDIT),
        "rto": Call(ask_rto, _EDIT),
    },
    # No limit is published for the NDR API, and a higher one for the edit call: tracking's holds for all.
    calls=TRACKING.calls,
    seconds=TRACKING.seconds,
    waits={**QUIET, 403: 30},
    # One update in a hundred takes up to 126 s.
    answer_seconds=130,
    evidence="documented",
)
