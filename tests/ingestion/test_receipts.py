"""Receipts into raw: exactly once, at the same door as files, and no bad one in another's way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from couriers import registry
from couriers.contract import ReadResult
from ingestion import receipts as loading
from ingestion.files import load_file
from ingestion.receipts import load_receipts
from ledger.database import Ledger, open_ledger
from ledger.errors import LedgerUnavailable
from ledger.progress import Backlog, Heads, backlog, heads
from ledger.receipts import Receipt, keep
from settings import Settings
from tests.ingestion.conftest import NOW

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def push(number: int) -> bytes:
    """A failed delivery of parcel AW<number>, as Delhivery pushes it; 10:00 IST on the day before NOW."""
    status = {"Status": "Pending", "StatusType": "UD", "StatusDateTime": "2026-03-09T10:00:00.000"}
    return json.dumps({"Shipment": {"AWB": f"AW{number}", "NSLCode": "EOD-11", "Status": status}}).encode()


def receipt(body: bytes, courier: str = "delhivery", kind: str = "push", minutes: int = 0) -> Receipt:
    return Receipt(courier, kind, body, NOW - timedelta(minutes=minutes), {})


AWBS = "select awb from raw.scans join raw.shipment_keys using (shipment_key) order by awb"


def test_a_receipt_becomes_scans_known_since_it_came(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    keep(ledger, [receipt(push(1), minutes=30)])
    (result,) = load_receipts(settings, ledger)
    assert result.line() == "receipts_delhivery: 1 rows read, 1 loaded, 0 duplicates, 0 quarantined"
    assert query("select known_at, received_at from raw.scans") == [(NOW - timedelta(minutes=30),) * 2]
    assert query("select content_hash, file_format, status from raw.loads") == [
        ("receipts 1-1", "ledger", "loaded")
    ]


def test_a_push_in_our_own_words_becomes_scans(settings: Settings, ledger: Ledger, query: Query) -> None:
    """Alone or in a list; a bare date keeps its precision, and a word that is none costs its scan alone."""
    one = {"awb": "AW1", "scanned_at": "2026-03-09T10:00", "native_code": "failed_delivery"}
    two = {"awb": "AW2", "scanned_at": "2026-03-09", "native_code": "delivered"}
    odd = {**two, "awb": "AW3", "leg": "sideways"}
    bodies = [json.dumps(body).encode() for body in (one, {"scans": [two, odd]})]
    keep(ledger, [receipt(body, "generic") for body in bodies])
    (result,) = load_receipts(settings, ledger)
    assert (result.rows_loaded, result.rows_quarantined) == (2, 1)
    found = query(
        "select awb, is_date_only from raw.scans join raw.shipment_keys using (shipment_key) order by awb"
    )
    assert found == [("AW1", False), ("AW2", True)]
    assert query("select field from raw.quarantine") == [("scans[1].leg",)]


def test_each_receipt_is_loaded_once(settings: Settings, ledger: Ledger, query: Query) -> None:
    keep(ledger, [receipt(push(1)), receipt(push(2))])
    load_receipts(settings, ledger)
    assert load_receipts(settings, ledger) == []
    keep(ledger, [receipt(push(3))])
    (result,) = load_receipts(settings, ledger)
    assert result.rows_read == 1
    assert query(AWBS) == [("AW1",), ("AW2",), ("AW3",)]


def test_a_load_that_dies_is_done_again_and_leaves_nothing(
    settings: Settings, ledger: Ledger, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, [receipt(push(1)), receipt(push(2), "shiprocket")])
    with monkeypatch.context() as patch:
        patch.setattr("ingestion.loading.top_lines", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load_receipts(settings, ledger)
    assert query("select count(*) from raw.scans union all select count(*) from raw.receipt_position") == [
        (0,),
        (0,),
    ]
    assert [result.file_name for result in load_receipts(settings, ledger)] == [
        "receipts_delhivery", "receipts_shiprocket",
    ]  # fmt: skip
    assert query(AWBS) == [("AW1",)]


def test_bad_receipts_are_quarantined_and_hold_up_nothing(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    """Also where most are bad: a file of that kind would be refused."""
    future = push(8).replace(b"2026-03-09", b"2031-03-09")
    bad = [b"", b"not json", b"\xff\x00", b'{"Shipment": {}}', b"[" * 5000, future]
    keep(ledger, [receipt(body) for body in (*bad[:3], push(1), *bad[3:])])
    keep(ledger, [receipt(b'{"a": 1}', "ithink"), receipt(b"%PDF", kind="document")])
    results = load_receipts(settings, ledger)
    assert [(one.file_name, one.rows_loaded, one.rows_quarantined) for one in results] == [
        ("receipts_delhivery", 1, 6), ("receipts_ithink", 0, 1),
    ]  # fmt: skip
    assert query(AWBS) == [("AW1",)]
    assert query("select source, row_number from raw.quarantine order by row_number") == [
        *(("receipts_delhivery", number) for number in (1, 2, 3, 5, 6, 7)), ("receipts_ithink", 8),
    ]  # fmt: skip
    assert query("select message from raw.quarantine where row_number in (3, 8) order by row_number") == [
        ("body: expected UTF-8, found other bytes",), ("body: pushes of ithink cannot be read yet",),
    ]  # fmt: skip
    assert load_receipts(settings, ledger) == []
    assert backlog(ledger) == Backlog(waiting=0, oldest_at=None, quarantined=7)


@pytest.mark.parametrize("failure", [RecursionError, pl.exceptions.PanicException])
def test_a_body_on_which_the_reader_fails_costs_no_other(
    settings: Settings,
    ledger: Ledger,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[BaseException],
) -> None:
    honest = registry()["delhivery"].push_reader
    assert honest is not None

    def fails(bodies: pl.Series) -> ReadResult:
        if bodies.str.contains("AW3").any():
            raise failure
        return honest(bodies)

    monkeypatch.setitem(vars(registry()["delhivery"]), "push_reader", fails)
    keep(ledger, [receipt(push(number)) for number in range(1, 8)])
    (result,) = load_receipts(settings, ledger)
    assert (result.rows_loaded, result.rows_quarantined) == (6, 1)
    assert query("select row_number, message from raw.quarantine") == [
        (3, f"body: the reader failed ({failure.__name__}): report this")
    ]


def test_a_transaction_takes_no_more_than_its_bytes(
    settings: Settings, ledger: Ledger, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_MOST_BYTES", 2 * len(push(1)))
    keep(ledger, [receipt(push(number)) for number in range(1, 6)])
    assert [result.rows_read for result in load_receipts(settings, ledger)] == [2, 2, 1]
    assert len(query(AWBS)) == 5


def test_a_scan_that_came_in_a_file_too_is_one_parcel(
    settings: Settings, ledger: Ledger, inbox: Path, query: Query
) -> None:
    keep(ledger, [receipt(push(1))])
    load_receipts(settings, ledger)
    path = inbox / "scans_delhivery_history.ndjson"
    path.write_bytes(push(1))
    load_file(path, settings)
    assert query("select count(*) from raw.shipment_keys") == [(1,)]


def test_what_a_courier_tells_again_is_stored_once(settings: Settings, ledger: Ledger, query: Query) -> None:
    """It answers the whole history each time that it is asked: what it said first stays, in one load and in the next.
    A push that says the same is kept beside it, as it tells that the push arrived; so is what is worded otherwise."""
    answer = (registry()["delhivery"].samples_dir / "track_constructed_round_trip.json").read_bytes()
    other = answer.replace(b"Out for delivery", b"Out for Delivery Today")
    keep(ledger, [receipt(answer, kind="tracking", minutes=9), receipt(answer, kind="tracking", minutes=8)])
    (first,) = load_receipts(settings, ledger)
    assert first.rows_loaded == first.rows_duplicate > 1
    keep(ledger, [receipt(push(1), minutes=7), receipt(push(1), minutes=6)])
    keep(ledger, [receipt(body, kind="tracking") for body in (answer, other)])
    pushed, again = load_receipts(settings, ledger)
    assert (pushed.rows_loaded, pushed.rows_duplicate) == (1, 1)
    assert again.rows_loaded == 1
    assert query("select known_at, count(*) from raw.scans group by all order by all") == [
        (NOW - timedelta(minutes=9), first.rows_loaded), (NOW - timedelta(minutes=7), 1), (NOW, 1),
    ]  # fmt: skip


def test_a_tracking_answer_is_a_load_of_its_own(settings: Settings, ledger: Ledger, query: Query) -> None:
    samples = registry()["delhivery"].samples_dir
    answer = (samples / "track_constructed_round_trip.json").read_bytes()
    keep(
        ledger,
        [receipt(push(1)), receipt(answer, kind="tracking"), receipt(answer, "xpressbees", "tracking")],
    )
    results = load_receipts(settings, ledger)
    assert [one.file_name for one in results] == [
        "receipts_delhivery",
        "tracking_delhivery",
        "tracking_xpressbees",
    ]
    assert results[1].rows_loaded > 1
    assert query("select message from raw.quarantine where source = 'tracking_xpressbees'") == [
        ("body: tracking answers of xpressbees cannot be read yet",)
    ]
    assert heads(ledger) == Heads(receipt_id=3)


def test_a_replacement_character_that_was_sent_costs_nothing(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    told = '"Instructions": "caf\N{REPLACEMENT CHARACTER}", "StatusType"'.encode()
    body = push(1).replace(b'"StatusType"', told)
    keep(ledger, [receipt(body)])
    (result,) = load_receipts(settings, ledger)
    assert (result.rows_loaded, result.rows_quarantined) == (1, 0)
    assert query("select remark from raw.scans") == [("caf\N{REPLACEMENT CHARACTER}",)]


def test_a_ledger_that_cannot_be_written_keeps_nobody_from_its_receipts(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, [receipt(push(1))])

    def refuse(*_: object) -> None:
        raise LedgerUnavailable("read only")

    monkeypatch.setattr(loading, "note_progress", refuse)
    assert load_receipts(settings, ledger)[0].rows_loaded == 1


def test_a_bad_scan_takes_none_of_its_body_s_others_with_it(
    settings: Settings, ledger: Ledger, query: Query
) -> None:
    answer = (registry()["delhivery"].samples_dir / "track_constructed_round_trip.json").read_text()
    keep(ledger, [receipt(answer.encode(), kind="tracking", minutes=5)])
    (whole,) = load_receipts(settings, ledger)
    bad = answer.replace("2026-03-02T09:11:30.004000", "2031-03-02T09:11:30.004000")
    other = bad.replace(query("select awb from raw.shipment_keys")[0][0], "OTHER1")
    keep(ledger, [receipt(other.encode(), kind="tracking")])
    (partly,) = load_receipts(settings, ledger)
    assert partly.rows_quarantined == whole.rows_quarantined + 1
    stored = partly.rows_loaded + partly.rows_duplicate  # the answer tells of a parcel of the first again
    assert stored == whole.rows_loaded - 1
    assert query("select count(*) from raw.scans") == [(whole.rows_loaded + partly.rows_loaded,)]
    bad_scans = "select row_number from raw.quarantine where field = 'scanned_at'"
    assert query(bad_scans) == [(2,)]
