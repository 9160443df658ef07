"""Whatever a courier answers: one answer an order, never an exception, nothing settled by what is not understood."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couriers.actions import REASONS, Answer, Verdict
from tests.couriers.orders import ACTIONS_OF, back_of, order

CALLS = [(slug, name) for slug, actions in sorted(ACTIONS_OF.items()) for name in actions.by_name]
BACKS = [slug for slug, actions in sorted(ACTIONS_OF.items()) if actions.by_name["reattempt"].read_back]
ORDERS = [order(awb=awb) for awb in ("A1", "2", "A3")]
SENT_AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SETTLED = {Verdict.accepted, Verdict.rejected, Verdict.absent}

#: The names that couriers use, so that wrong values stand in the right places.
NAMES = st.sampled_from([
    "status", "success", "message", "remark", "error", "errors", "data", "meta", "result", "ndr_update_status", "awb",
    "awb_code", "waybill", "request_id", "failed_wbns", "success_wbns", "history", "ndr_attempt", "action_by",
    "ndr_raised_at", "cp_response", "CustALTInstructionUpdateResult", "IsError", "Status", "e", "StatusInformation",
    "AWBNo", "tracking_id", "status_code", "A1", "2", "1",
])  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["A1", "2", "true", "Failure", "success", "2026-11-22 11:00:00", "Data Updated Sucessfully"]
    )
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
STATUSES = st.sampled_from(
    [0, 100, 200, 201, 202, 207, 301, 304, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503]
)


def check(found: Answer) -> None:
    assert isinstance(found, Answer) and isinstance(found.verdict, Verdict)
    assert found.reason is None or found.reason in REASONS
    assert found.verdict is not Verdict.rejected or found.reason
    assert found.reference is None or (isinstance(found.reference, str) and found.reference)
    assert found.said is None or isinstance(found.said, str)


def read(slug: str, name: str, status: int, body: bytes, many: int = 3) -> list[Answer]:
    found = list(ACTIONS_OF[slug].by_name[name].read(ORDERS[:many], status, body))
    assert len(found) == many
    for one in found:
        check(one)
    return found


@pytest.mark.parametrize(("slug", "name"), CALLS)
@given(body=st.binary(max_size=200), status=STATUSES)
@settings(max_examples=60, deadline=None)
def test_any_bytes(slug: str, name: str, body: bytes, status: int) -> None:
    for one in read(slug, name, status, body, 1):
        assert one.verdict is not Verdict.accepted and one.verdict is not Verdict.absent
        assert one.verdict is not Verdict.rejected or 400 <= status < 500


@pytest.mark.parametrize(("slug", "name"), CALLS)
@given(document=DOCUMENTS, status=STATUSES)
@settings(max_examples=150, deadline=None)
def test_any_document(slug: str, name: str, document: Any, status: int) -> None:
    """A yes counts only in a call that went well, and a server's own fault settles nothing."""
    body = json.dumps(document).encode()
    for many in (1, 3):
        for one in read(slug, name, status, body, many):
            assert one.verdict not in (Verdict.accepted, Verdict.processing) or 200 <= status < 300
            assert one.verdict is not Verdict.absent, "only reading back can say that"
            assert status < 500 or one.verdict is Verdict.unknown


@pytest.mark.parametrize("slug", BACKS)
@given(document=DOCUMENTS, status=STATUSES)
@settings(max_examples=200, deadline=None)
def test_any_document_read_back(slug: str, document: Any, status: int) -> None:
    back = back_of(slug)
    for one in ORDERS:
        found = back.read(one, SENT_AT, status, json.dumps(document).encode())
        check(found)
        assert found.verdict not in SETTLED | {Verdict.later} or 200 <= status < 300


@pytest.mark.parametrize("slug", BACKS)
@given(body=st.binary(max_size=200), status=STATUSES)
@settings(max_examples=60, deadline=None)
def test_any_bytes_read_back(slug: str, body: bytes, status: int) -> None:
    back = back_of(slug)
    found = back.read(ORDERS[0], SENT_AT, status, body)
    check(found)
    assert found.verdict not in SETTLED


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"9" * 5000,
        b'{"status": ' + b"9" * 5000 + b"}",
        "नमस्ते".encode("utf-16"),
        b"\x00",
        b"NaN",
        b'"\\ud800"',
    ],
)
def test_hostile_bodies(body: bytes) -> None:
    for slug, name in CALLS:
        assert {one.verdict for one in read(slug, name, 200, body)} == {Verdict.unknown}
