"""What each courier's own words mean: namespaces, legs, carriers, reasons, and what stays unread."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from couriers import registry
from couriers.carriers import slug_of_id, slug_of_name
from couriers.codes import read_codes
from couriers.contract import ReadResult
from couriers.native_json import entries


def push(slug: str, *bodies: Any) -> ReadResult:
    reader = registry()[slug].push_reader
    assert reader is not None
    return reader(pl.Series([json.dumps(body) for body in bodies]))


def delhivery(
    status_type: str, status: str, nsl: str | None = None, text: str | None = None
) -> dict[str, Any]:
    scan = {
        "StatusType": status_type,
        "Status": status,
        "StatusDateTime": "2026-03-02T10:00:00",
        "Instructions": text,
    }
    return {"Shipment": {"AWB": "1", "NSLCode": nsl, "Status": scan}}


def meaning(slug: str, native_code: str, native_reason: str | None = None) -> tuple[str | None, str | None]:
    """Status and reason of the exact row, else None: what the warehouse joins first."""
    codes = read_codes(registry()[slug].codes_path).filter(
        (pl.col("native_code") == native_code) & pl.col("native_reason").eq_missing(pl.lit(native_reason))
    )
    return (codes["status"].item(), codes["reason_bucket"].item()) if codes.height == 1 else (None, None)


def test_twenty_means_two_things() -> None:
    body = {
        "awb": "1",
        "current_timestamp": "23 05 2023 11:43:52",
        "shipment_status_id": 20,
        "current_status_id": 35,
    }
    only_order = {"awb": "1", "current_timestamp": "23 05 2023 11:43:52", "current_status_id": 20}
    assert push("shiprocket", body, only_order).rows["native_code"].to_list() == [
        "shipment_status:20",
        "order_status:20",
    ]
    assert meaning("shiprocket", "shipment_status:20") == ("pickup_failed", None)
    assert meaning("shiprocket", "order_status:20") == ("in_transit", None)
    assert meaning("shiprocket", "20") == (None, None)


def test_blue_darts_groups_keep_their_codes_apart() -> None:
    codes = read_codes(registry()["bluedart"].codes_path)["native_code"]
    assert codes.str.contains(r"^[ST]-\d{3}$").all()
    assert meaning("bluedart", "T-011") == ("failed_delivery", "customer_refused")


@pytest.mark.parametrize("slug", ["shiprocket", "clickpost"])
def test_an_aggregators_codes_all_carry_their_space(slug: str) -> None:
    codes = read_codes(registry()[slug].codes_path)["native_code"].drop_nulls()
    assert codes.str.contains(r"^[a-z_]+:\S").all()


@pytest.mark.parametrize(
    ("status_type", "status", "leg"),
    [
        ("UD", "In Transit", "forward"),
        ("UD", "Pending", "forward"),
        ("RT", "In Transit", "return"),
        ("RT", "Pending", "return"),
        ("DL", "Delivered", "forward"),
        ("DL", "RTO", "return"),
        ("DL", "DTO", None),
        ("PP", "Scheduled", None),
        ("PU", "In Transit", None),
        ("CN", "Canceled", None),
        ("LT", "LOST", None),
    ],
)
def test_delhiverys_status_type_says_the_leg(status_type: str, status: str, leg: str | None) -> None:
    rows = push("delhivery", delhivery(status_type, status)).rows
    assert rows["native_code"].item() == f"{status_type}|{status}"
    assert rows["leg"].item() == leg


@pytest.mark.parametrize(
    ("written", "read"),
    [("EOD- 146", "EOD-146"), ("COVID19 - 001", "COVID19-001"), ("EOD-6O", "EOD-6O"), ("", None)],
)
def test_delhiverys_reasons_lose_their_stray_blanks(written: str, read: str | None) -> None:
    assert push("delhivery", delhivery("UD", "Pending", written)).rows["reason_code"].item() == read


@pytest.mark.parametrize(
    ("nsl", "status", "reason"),
    [
        (None, "at_destination", None),
        ("EOD-11", "failed_delivery", "customer_unavailable"),
        ("EOD-74", "failed_delivery", "address_issue"),
        ("EOD-6", "failed_delivery", "customer_refused"),
        ("EOD-15", "failed_delivery", "unmapped"),
        ("EOD-43", "failed_delivery", "unmapped"),
        ("EOD-86", "failed_delivery", "unmapped"),
        ("EOD-104", "failed_delivery", "unmapped"),
        ("EOD-47", "reattempt_scheduled", "future_delivery_requested"),
        ("ST-111", "held", "other"),
        ("ST-108", None, None),
    ],
)
def test_pending_is_a_failure_only_with_a_failed_attempts_reason(
    nsl: str | None, status: str | None, reason: str | None
) -> None:
    assert meaning("delhivery", "UD|Pending", nsl) == (status, reason)


@pytest.mark.parametrize("nsl", ["EOD-777", "EOD-21", "EOD-106", "EOD-84", "EOD-90"])
def test_pickup_reasons_never_cancel_a_forward_parcel(nsl: str) -> None:
    assert meaning("delhivery", "CN|Canceled", nsl)[0] == "reverse"
    assert meaning("delhivery", "CN|Canceled")[0] == "cancelled"


def test_no_return_leg_status_opens_a_customer_case() -> None:
    for courier in registry().values():
        codes = read_codes(courier.codes_path)
        back = codes.filter(pl.col("native_code").str.contains(r"(?i)^RT\||^rt[os]"))
        assert "failed_delivery" not in back["status"].to_list()


def test_a_text_that_disagrees_is_kept_beside_the_code() -> None:
    row = push("delhivery", delhivery("UD", "Pending", "EOD-74", "Consignee refused")).rows.row(0, named=True)
    assert (row["reason_code"], row["reason_text"]) == ("EOD-74", "Consignee refused")
    texts = read_codes(registry()["delhivery"].codes_path).filter(
        pl.col("native_code").is_null() & pl.col("native_reason").is_null()
    )
    assert (
        dict(texts.select("native_text", "reason_bucket").rows())["Consignee refused"] == "customer_refused"
    )


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Delhivery Surface", "delhivery"),
        ("DELHIVERY", "delhivery"),
        ("Xpressbees Surface", "xpressbees"),
        ("Blue Dart Air", "bluedart"),
        ("Bluedart Surface 2kg", "bluedart"),
        ("Ecom Express ROS", "ecom_express"),
        ("Ekart Logistics", "ekart"),
        ("Shadowfax Forward", "shadowfax"),
        ("DTDC Surface", None),
        ("", None),
        (None, None),
    ],
)
def test_an_aggregators_name_for_a_carrier_is_ours(name: str | None, slug: str | None) -> None:
    frame = pl.DataFrame({"name": [name]}, schema={"name": pl.String})
    assert frame.select(slug_of_name(pl.col("name"))).item() == slug


def test_a_carrier_id_counts_only_where_it_is_known() -> None:
    frame = pl.DataFrame({"id": ["4", "14", None]})
    assert frame.select(slug_of_id("clickpost", pl.col("id"))).to_series().to_list() == [
        "delhivery",
        None,
        None,
    ]
    assert frame.select(slug_of_id("shiprocket", pl.col("id"))).to_series().to_list() == [None, None, None]


def test_an_unknown_carrier_keeps_the_aggregators_slug() -> None:
    head = {"awb": "1", "current_timestamp": "23 05 2023 11:43:52", "shipment_status_id": 18}
    rows = push("shiprocket", {**head, "courier_name": "DTDC Surface"}, head).rows
    assert rows.select("courier", "via").rows() == [("shiprocket", "shiprocket")] * 2


def test_the_head_is_a_scan_unless_the_history_holds_it() -> None:
    scan = {"date": "2023-05-23 11:43:10", "status": "X", "sr-status": "18", "activity": "a"}
    head = {"awb": "1", "current_timestamp": "23 05 2023 11:43:52", "shipment_status_id": 18, "scans": [scan]}
    later = {**head, "current_timestamp": "23 05 2023 11:44:00"}
    other = {**head, "shipment_status_id": 38}
    rows = push("shiprocket", head, later, other).rows
    assert rows["body_index"].to_list() == [0, 1, 1, 2, 2]


def test_a_scan_shiprocket_did_not_map_keeps_the_couriers_code() -> None:
    scans = [
        {"date": "2023-05-23 11:43:10", "status": "DRC", "sr-status": value} for value in ("NA", None, "")
    ]
    rows = push("shiprocket", {"awb": "1", "scans": scans, "current_timestamp": "23 05 2023 12:00:00"}).rows
    assert rows["native_code"].to_list() == ["courier:DRC"] * 3
    assert meaning("shiprocket", "courier:DRC") == (None, None)


def test_a_failed_visits_own_code_is_its_reason() -> None:
    def scan(sr_status: str, own: str) -> dict[str, str]:
        return {
            "date": "2023-05-23 11:43:10",
            "status": own,
            "sr-status": sr_status,
            "activity": "Pending - Gone out",
        }

    body = {
        "awb": "1",
        "courier_name": "Delhivery",
        "scans": [scan("21", "EOD-11"), scan("21", "UD"), scan("18", "EOD-11")],
    }
    rows = push("shiprocket", body).rows
    assert rows["reason_code"].to_list() == ["EOD-11", None, None]
    assert rows["reason_text"].to_list() == ["Gone out", "Gone out", None]
    assert rows["remark"].to_list() == ["Pending - Gone out"] * 3


def test_clickposts_reason_belongs_to_a_failed_delivery_alone() -> None:
    def body(code: int) -> dict[str, Any]:
        reason = {"ndr_status_code": 1, "ndr_status_description": "Customer Unavailable"}
        return {
            "waybill": "1",
            "clickpost_status_code": code,
            "timestamp": "2026-03-02T10:00:00",
            "additional": reason,
        }

    rows = push("clickpost", body(9), body(6)).rows
    assert rows["reason_code"].to_list() == ["1", None]
    assert meaning("clickpost", "status:9", "1") == ("failed_delivery", "customer_unavailable")


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("shiprocket", "is_return:1"),
        ("clickpost", "is_rvp:true"),
        ("shadowfax", "shipment_type:R"),
        ("ekart", "shipment_type:reverse"),
        ("ithink", "order_type:reverse"),
    ],
)
def test_a_customers_return_pickup_is_reverse(slug: str, code: str) -> None:
    assert meaning(slug, code)[0] == "reverse"


def test_shadowfax_reasons_are_codes_only_where_they_are_known() -> None:
    def body(event: str, comments: str) -> dict[str, str]:
        return {
            "awb_number": "1",
            "event": event,
            "comments": comments,
            "event_timestamp": "2026-03-02 10:00:00",
        }

    rows = push(
        "shadowfax",
        body("on_hold", "payment  issue"),
        body("nc", "Rahul did not answer"),
        body("ofd", "Payment Issue"),
    ).rows
    assert rows["reason_code"].to_list() == ["Payment Issue", None, None]
    assert rows["reason_text"].to_list() == ["payment  issue", "Rahul did not answer", None]
    assert meaning("shadowfax", "on_hold", "Payment Issue") == ("held", "payment_not_ready")
    assert meaning("shadowfax", "nc")[0] == meaning("shadowfax", "cid")[0] == "failed_delivery"


@pytest.mark.parametrize(
    ("slug", "sample"),
    [
        ("xpressbees", "webhook_constructed_bad_time"),
        ("xpressbees", "webhook_constructed_out_for_delivery"),
        ("bluedart", "webhook_constructed_batch"),
        ("ecom_express", "webhook_constructed_failed"),
    ],
)
def test_neither_people_nor_otps_are_read(slug: str, sample: str) -> None:
    folder = registry()[slug].samples_dir
    given, read = ((folder / f"{sample}{kind}.json").read_text() for kind in ("", ".expected"))
    secrets = [word for word in ("Test Rider", "Test Buyer", "9000000001", "482913", "4471") if word in given]
    assert secrets and not any(word in read for word in secrets)


def test_a_person_is_read_into_no_field() -> None:
    body = {
        "awb_number": "1",
        "event": "ofd",
        "event_timestamp": "2026-03-02 10:00:00",
        "rider_name": "Ravi Kumar",
        "rider_contact": "9000000002",
        "rider_id": "Ravi Kumar",
        "recipient_info": {"name": "Asha Rao"},
    }
    written = json.dumps(push("shadowfax", body).rows.drop("scanned_at").to_dicts())
    assert not any(name in written for name in ("Ravi", "Asha", "9000000002"))


def test_objects_keyed_by_awb_are_split_exactly() -> None:
    written = {'6"9': {"a": [1, {"b": 'x,"}{'}], "c": None}, "é": "te:xt", "n": 12, "l": [], "o": {}}
    objects = pl.Series([json.dumps(written), "{}", None]).str.json_path_match("$")
    found = entries(objects)
    assert found["object_index"].to_list() == [0] * 5
    assert {key: json.loads(value) for key, value in found.select("key", "value").rows()} == written


def test_an_undelivered_xpressbees_parcel_says_why_by_number_or_in_words() -> None:
    def body(code: str, remarks: str) -> dict[str, str]:
        return {
            "AWBNO": "1",
            "StatusCode": code,
            "Remarks": remarks,
            "StatusDate": "05-03-2026",
            "StatusTime": "0900",
        }

    rows = push("xpressbees", body("UD", "17"), body("UD", "Door Closed by SR"), body("OFD", "17")).rows
    assert rows["reason_code"].to_list() == ["17", None, None]
    assert rows["reason_text"].to_list() == [None, "Door Closed by SR", None]
    assert meaning("xpressbees", "UD", "17") == (None, None)


@pytest.mark.parametrize(
    ("sub_reasons", "code", "reason"),
    [
        (["attempted_Door Lock"], "shipment_undelivered|attempted", "Door Lock"),
        (["Attempted", "Door Lock"], "shipment_undelivered|attempted", "Door Lock"),
        (["unattempted_Heavy Rain"], "shipment_undelivered|unattempted", "Heavy Rain"),
        (["unattempted"], "shipment_undelivered|unattempted", None),
        (["Reattempted elsewhere"], "shipment_undelivered", "Reattempted elsewhere"),
        (
            ["attempted_Request for reschedule. delivery_date changed to:2026-03-07"],
            "shipment_undelivered|attempted",
            "Request for reschedule",
        ),
        ([None, ""], "shipment_undelivered", None),
        (None, "shipment_undelivered", None),
    ],
)
def test_ekarts_sub_reason_says_whether_somebody_came(
    sub_reasons: list[str | None] | None, code: str, reason: str | None
) -> None:
    body = {"vendor_tracking_id": "1", "event": "shipment_undelivered", "event_date": "2026-03-05 10:00:00"}
    row = push("ekart", {**body, "sub_reasons": sub_reasons}).rows.row(0, named=True)
    assert (row["native_code"], row["reason_code"]) == (code, reason)


def test_a_visit_that_ekart_did_not_make_is_no_failed_visit() -> None:
    assert meaning("ekart", "shipment_undelivered|unattempted") == ("failed_delivery", "not_attempted")
    assert meaning("ekart", "shipment_undelivered|unattempted", "Heavy Rain") == (
        "delayed",
        "external_factor",
    )


def test_blue_darts_return_groups_are_the_return_leg() -> None:
    def scan(group: str) -> dict[str, str]:
        return {"ScanGroupType": group, "ScanCode": "000", "ScanDate": "05-03-2026", "ScanTime": "0900"}

    shipment = {"WaybillNo": "1", "Scans": {"ScanDetail": [scan(group) for group in ("T", "RT", "rs")]}}
    rows = push("bluedart", {"statustracking": [{"Shipment": shipment}]}).rows
    assert rows.select("native_code", "leg").rows() == [
        ("T-000", None),
        ("T-000", "return"),
        ("S-000", "return"),
    ]


def test_a_delivery_of_ecom_express_beside_another_awb_is_the_return() -> None:
    def body(number: str, ref_awb: str) -> dict[str, str]:
        return {
            "awb": "1",
            "reason_code_number": number,
            "ref_awb": ref_awb,
            "datetime": "2026-03-05 10:00:00",
        }

    rows = push("ecom_express", body("999", ""), body("999", "2"), body("219", "2")).rows
    assert rows.select("awb", "native_code", "leg").rows() == [
        ("1", "999", None), ("1", "r999", "return"), ("1", "219", "return"),
    ]  # fmt: skip
    assert meaning("ecom_express", "r999") == ("rto_delivered", None)


def test_a_nimbuspost_delivery_beside_a_returns_awb_stays_a_delivery() -> None:
    body = {"awb_number": "1", "status": "delivered", "event_time": "2026-03-05 10:00:00", "rto_awb": "2"}
    row = push("nimbuspost", body).rows.row(0, named=True)
    assert (row["awb"], row["leg"], json.loads(row["extra"])) == ("1", None, {"return_awb": "2"})
