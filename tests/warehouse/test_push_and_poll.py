"""From the ledger to the published tables: what a courier pushed and what it answered when it was asked."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from couriers import registry
from ledger.database import open_ledger
from ledger.receipts import PUSH, TRACKING, Receipt, keep
from poller.parcels import under_way
from poller.plan import OPEN_CASE, UNDER_WAY
from settings import Settings
from tests.commands import ndr

SAMPLES = registry()["delhivery"].samples_dir


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}+05:30")


def build(folder: Path, clock: str) -> None:
    """A build at this time of the day."""
    ndr(folder, "build", NDR_CLOCK_START=at(clock).isoformat())


def receive(folder: Path, kind: str, body: Any, clock: str, courier: str = "delhivery") -> None:
    """Put what came at this time into the ledger."""
    ledger = open_ledger(Settings(data_dir=folder))
    keep(ledger, [Receipt(courier, kind, json.dumps(body).encode(), at(clock), {})])
    ledger.close()


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


def ekart(folder: Path) -> None:
    """Ekart pushes an event, and answers with it in another vocabulary and with a dispatch whose push never came."""
    pushed = json.loads((registry()["ekart"].samples_dir / "webhook_constructed_attempted.json").read_text())
    receive(folder, PUSH, pushed | {"event_date": "2026-03-02 14:05:09"}, "14:06:00", "ekart")
    details = [
        {"status": name, "desc": name, "location": "Binola", "ctime": int(at(clock).timestamp() * 1000)}
        for name, clock in (("Delivery Failed", "14:05:09"), ("Out For Delivery", "09:11:00"))
    ]
    answer = {"_id": pushed["vendor_tracking_id"], "track": {**details[0], "details": details}}
    receive(folder, TRACKING, answer, "14:10:00", "ekart")


def test_the_same_scan_by_push_and_by_poll_is_one_scan(tmp_path: Path) -> None:
    """The push says it with three decimals and the parcel's status, the answer with six, its place in other words and
    the dispatch of the morning, whose push never came; that is what pushes lost."""
    created = {"event": "shipment_created", "event_date": "2026-03-02 07:00:00"}
    created |= {"vendor_tracking_id": "ABCC0001201929", "shipment_type": "OutgoingShipment"}
    receive(tmp_path, PUSH, created, "07:01:00", "ekart")
    manifested = sample("webhook_scan_manifested.json")
    manifested["Shipment"] |= {"AWB": "13163116000099"}
    manifested["Shipment"]["Status"] |= {"StatusDateTime": "2026-03-02T07:10:42.767"}
    receive(tmp_path, PUSH, manifested, "07:11:00")
    build(tmp_path, "08:00:00")

    failed = sample("webhook_constructed_failed.json")
    receive(tmp_path, PUSH, failed, "14:06:00")
    answer = sample("track_constructed_round_trip.json")
    del answer["ShipmentData"][1:]
    told, status = answer["ShipmentData"][0]["Shipment"], failed["Shipment"]["Status"]
    dispatched = told["Scans"][0]
    again = {
        "ScanDateTime": "2026-03-02T14:05:09.120000",
        "ScanType": status["StatusType"],
        "Scan": status["Status"],
        "StatusDateTime": "2026-03-02T14:05:09.120000",
        "ScannedLocation": "Bengaluru Koramangala",
        "Instructions": "Consignee Refused To Accept",
        "StatusCode": failed["Shipment"]["NSLCode"],
    }
    told |= {"Scans": [dispatched, {"ScanDetail": again}]}
    receive(tmp_path, TRACKING, answer, "14:10:00")
    receive(tmp_path, TRACKING, answer, "14:15:00")
    ekart(tmp_path)
    build(tmp_path, "14:30:00")

    with duckdb.connect(str(tmp_path / "published" / "warehouse.duckdb"), read_only=True) as published:
        published.execute("set TimeZone = 'Asia/Kolkata'; use marts")
        attempts = published.execute(
            "select awb, strftime(opened_at, '%H:%M'), strftime(closed_at, '%H:%M'), result, sightings"
            " from fct_delivery_attempts where courier = 'delhivery'"
        ).fetchall()
        events = published.execute(
            "select count(*) from fct_case_events where lane = 'courier' and case_id like 'delhivery:%'"
        ).fetchall()
        captured = published.execute(
            "select courier, received_on, scans, first_by_push, first_by_poll, first_by_file, pushed, lost_by_push,"
            " failures, round(median_detect_minutes * 60, 2) from rpt_capture_daily order by courier"
        ).fetchall()
    assert attempts == [("13163116000017", "09:11", "14:05", "failed", 1)]
    assert events == [(2,)]
    parcels = [
        one for one in under_way(Settings(data_dir=tmp_path), at("14:30:00")) if one.courier == "delhivery"
    ]
    assert {(one.awb, one.urgency, one.news_at) for one in parcels} == {
        ("13163116000017", OPEN_CASE, at("14:05:09.120")),
        ("13163116000099", UNDER_WAY, at("07:10:42.767")),
    }
    # Ekart's event and its status of the same minute are one failure that was pushed.
    assert captured == [
        ("delhivery", date(2026, 3, 2), 3, 2, 1, 0, 2, 1, 1, 50.88),
        ("ekart", date(2026, 3, 2), 3, 2, 1, 0, 2, 1, 1, 51.0),
    ]
