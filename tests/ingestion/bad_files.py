"""The table of bad files and bad rows: what is given, the line that is printed, and what became of the rows.

Four good scans surround each bad row, so that the file is not mostly bad. `counts` are rows read, loaded,
duplicate and quarantined; `problem` is the line of the first quarantined row.
"""

# ruff: noqa: E501 -- the printed lines are kept whole
from __future__ import annotations

import io
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

HEADER = "courier,awb,scanned_at,native_code,reason_code,attempt_number,location,leg,received_at\n"
GOOD = [
    f"generic,A{number},2026-03-02T10:0{number}:00+05:30,out_for_delivery,,1,Hub 1,forward,\n"
    for number in range(4)
]
COURIERS = "bluedart, clickpost, delhivery, ecom_express, ekart, generic, ithink, nimbuspost, shadowfax, shiprocket, xpressbees"


@dataclass(frozen=True)
class Bad:
    """One kind. `status` loaded or refused; `expectation` the name in raw.quarantine."""

    id: str
    name: str
    content: bytes
    line: str
    problem: str = ""
    expectation: str = ""
    counts: tuple[int, int, int, int] = (5, 4, 0, 1)
    status: str = "loaded"


def scan(
    courier: str = "generic",
    awb: str = "A9",
    at: str = "2026-03-02T12:00:00+05:30",
    code: str = "delivered",
    attempt: str = "1",
    leg: str = "forward",
    received: str = "",
    location: str = "Hub 1",
) -> str:
    return f"{courier},{awb},{at},{code},,{attempt},{location},{leg},{received}\n"


def scans_with(row: str) -> bytes:
    """A scans CSV: two good rows, the row, two good rows."""
    return "".join([HEADER, *GOOD[:2], row, *GOOD[2:]]).encode()


def row(id: str, bad: str, problem: str, expectation: str) -> Bad:
    return Bad(
        id,
        "scans.csv",
        scans_with(bad),
        "scans.csv: 5 rows read, 4 loaded, 0 duplicates, 1 quarantined",
        f"scans.csv row 3{problem}",
        expectation,
    )


def refused(id: str, name: str, content: bytes, line: str) -> Bad:
    return Bad(id, name, content, f"{line}; nothing of it was loaded", counts=(0, 0, 0, 0), status="refused")


def parquet(columns: dict[str, object]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


SHIPMENTS = "courier,awb,order_id,manifested_at,payment_mode,order_value,pincode,promised_on\n"


def shipment(
    awb: str = "S9", mode: str = "COD", value: str = "499", pincode: str = "560001", promised: str = ""
) -> str:
    return f"generic,{awb},O-{awb},2026-03-01,{mode},{value},{pincode},{promised}\n"


def shipments(id: str, bad: str, problem: str, expectation: str) -> Bad:
    content = SHIPMENTS + shipment("S1") + shipment("S2") + bad
    line = "shipments.csv: 3 rows read, 2 loaded, 0 duplicates, 1 quarantined"
    return Bad(
        id,
        "shipments.csv",
        content.encode(),
        line,
        f"shipments.csv row 3{problem}",
        expectation,
        (3, 2, 0, 1),
    )


_GOOD_PARQUET = parquet(
    {"courier": ["generic"], "awb": ["A1"], "scanned_at": ["2026-03-02"], "native_code": ["lost"]}
)
_JSON = (
    '{"courier":"generic","awb":"A1","scanned_at":"2026-03-02","native_code":"lost"}\n'
    '{"courier":"generic","awb":"A2","scanned_at":"2026-03-02","native_code":"lost"}\n'
)
_FEEDBACK = "courier,awb,responded_at,channel,response,requested_on,window_start,new_phone\n"
_ANSWER = "generic,F{0},2026-03-02T10:00:00+05:30,whatsapp,reattempt,2026-03-0{0},10:00,\n"
_SOME_ANSWERS = _FEEDBACK + _ANSWER.format(1) + _ANSWER.format(2)
_FEEDBACK_LINE = "customer_feedback.csv: 3 rows read, 2 loaded, 0 duplicates, 1 quarantined"
_NAMES = "shipments, scans, customer_feedback, ops_feedback, courier_actions, messages"

IN_SET, NOT_NULL = "expect_column_values_to_be_in_set", "expect_column_values_to_not_be_null"
INSTANTS, NUMBERS = "expect_column_values_to_be_instants", "expect_column_values_to_be_numbers"
BETWEEN, MATCH = "expect_column_values_to_be_between", "expect_column_values_to_match_regex"
FUTURE = "expect_column_values_not_in_the_future"
ISO = "expected ISO-8601 like 2026-03-02T14:05:00+05:30"
PLAIN_AWB = "expected an AWB of at most 128 characters, none of them a control character"
LATE = "expected a time at most 10 minutes after it was received or loaded"

BAD: list[Bad] = [
    row("blank AWB", scan(awb="  "), ", awb: expected a value, it is blank", NOT_NULL),
    row("blank code", scan(code=""), ", native_code: expected a value, it is blank", NOT_NULL),
    row(
        "unknown courier",
        scan(courier="fedex"),
        f", courier: expected one of {COURIERS}, got 'fedex'",
        IN_SET,
    ),
    row(
        "AWB as Excel saves a long number",
        scan(awb="5.6E+11"),
        ", awb: expected an AWB as text, not a number in a spreadsheet's form, got '5.6E+11'",
        "expect_column_values_to_be_awbs",
    ),
    row(
        "an AWB for which the ledger has no room",
        scan(awb="A" * 129),
        f", awb: {PLAIN_AWB}, got '{'A' * 60}…'",
        "expect_column_values_to_be_plain_awbs",
    ),
    row(
        "an AWB with a control character",
        scan(awb="A\x1f9"),
        f", awb: {PLAIN_AWB}, got 'A\x1f9'",
        "expect_column_values_to_be_plain_awbs",
    ),
    row(
        "DD-MM-YYYY as Excel saves it",
        scan(at="03-04-2026 14:05"),
        f", scanned_at: {ISO}, got '03-04-2026 14:05'",
        INSTANTS,
    ),
    row("a date without its zeros", scan(at="2026-3-4"), f", scanned_at: {ISO}, got '2026-3-4'", INSTANTS),
    row("a day that is not", scan(at="2026-02-30"), f", scanned_at: {ISO}, got '2026-02-30'", INSTANTS),
    row(
        "an hour that is not",
        scan(at="2026-03-02T25:00:00"),
        f", scanned_at: {ISO}, got '2026-03-02T25:00:00'",
        INSTANTS,
    ),
    row("an epoch for a time", scan(at="1772438700"), f", scanned_at: {ISO}, got '1772438700'", INSTANTS),
    row("a blank time", scan(at=""), ", scanned_at: expected a value, it is blank", NOT_NULL),
    row("a bad receipt", scan(received="yesterday"), f", received_at: {ISO}, got 'yesterday'", INSTANTS),
    row(
        "later than its receipt",
        scan(received="2026-03-02T11:49:00+05:30"),
        f", scanned_at: {LATE}, got '2026-03-02T12:00:00+05:30'",
        FUTURE,
    ),
    row(
        "later than its loading",
        scan(at="2062-03-02T12:00"),
        f", scanned_at: {LATE}, got '2062-03-02T12:00'",
        FUTURE,
    ),
    row(
        "a date later than its loading",
        scan(at="2026-03-11"),
        f", scanned_at: {LATE}, got '2026-03-11'",
        FUTURE,
    ),
    row(
        "a word for a number",
        scan(attempt="two"),
        ", attempt_number: expected a whole number like 2, got 'two'",
        NUMBERS,
    ),
    row(
        "a fraction for a count",
        scan(attempt="7.6"),
        ", attempt_number: expected a whole number like 2, got '7.6'",
        NUMBERS,
    ),
    row(
        "a negative count",
        scan(attempt="-1"),
        ", attempt_number: expected a number from 0 to 999, got '-1'",
        BETWEEN,
    ),
    row(
        "an unknown word",
        scan(leg="sideways"),
        ", leg: expected one of forward, return, got 'sideways'",
        IN_SET,
    ),
    row(
        "a field of 1 MB",
        scan(location="x" * 1_000_000),
        ", location: expected at most 64 KiB of text",
        "expect_fields_within_size",
    ),
    row(
        "too few fields",
        "generic,A9,2026-03-02\n",
        ": expected 9 fields as in the header, got 3",
        "expect_rows_to_have_the_fields_of_the_header",
    ),
    row(
        "too many fields",
        scan(received=",,"),
        ": expected 9 fields as in the header, got 11",
        "expect_rows_to_have_the_fields_of_the_header",
    ),
    row(
        "NUL in a field",
        scan(location="Hub\0"),
        ", location: expected UTF-8 text without NUL (save the file as UTF-8)",
        "expect_rows_to_be_clean_text",
    ),
    Bad(
        "Latin-1 among UTF-8",
        "scans.csv",
        scans_with(scan(location="Café")).replace("é".encode(), b"\xe9"),
        "scans.csv: 5 rows read, 4 loaded, 0 duplicates, 1 quarantined",
        "scans.csv row 3, location: expected UTF-8 text without NUL (save the file as UTF-8)",
        "expect_rows_to_be_clean_text",
    ),
    row(
        "two faults in a row",
        scan(courier="x", attempt="y"),
        f", courier: expected one of {COURIERS}, got 'x'; attempt_number: expected a whole number like 2, got 'y'",
        IN_SET,
    ),
    Bad(
        "blank lines are no rows",
        "scans.csv",
        scans_with("\n\n"),
        "scans.csv: 4 rows read, 4 loaded, 0 duplicates, 0 quarantined",
        counts=(4, 4, 0, 0),
    ),
    Bad(
        "a row twice",
        "scans.csv",
        scans_with(GOOD[0]),
        "scans.csv: 5 rows read, 4 loaded, 1 duplicates, 0 quarantined",
        counts=(5, 4, 1, 0),
    ),
    Bad(
        "UTF-8 with BOM",
        "scans.csv",
        b"\xef\xbb\xbf" + scans_with(""),
        "scans.csv: 4 rows read, 4 loaded, 0 duplicates, 0 quarantined",
        counts=(4, 4, 0, 0),
    ),
    Bad(
        "UTF-16 with BOM",
        "scans.csv",
        scans_with("").decode().encode("utf-16"),
        "scans.csv: 4 rows read, 4 loaded, 0 duplicates, 0 quarantined",
        counts=(4, 4, 0, 0),
    ),
    Bad(
        "semicolons, CRLF and capitals",
        "scans.csv",
        scans_with("").replace(b",", b";").replace(b"\n", b"\r\n").replace(b"courier;awb", b"Courier;AWB"),
        "scans.csv: 4 rows read, 4 loaded, 0 duplicates, 0 quarantined",
        counts=(4, 4, 0, 0),
    ),
    Bad(
        "header only",
        "scans.csv",
        HEADER.encode(),
        "scans.csv: 0 rows read, 0 loaded, 0 duplicates, 0 quarantined",
        counts=(0, 0, 0, 0),
    ),
    shipments(
        "a negative value",
        shipment(value="-1"),
        ", order_value: expected a number from 0 to 9999999999.99, got '-1'",
        BETWEEN,
    ),
    shipments(
        "an exponent for money",
        shipment(value="1.5E+03"),
        ", order_value: expected a number like 1499.00, got '1.5E+03'",
        NUMBERS,
    ),
    shipments(
        "a thousands separator",
        shipment(value='"1,499"'),
        ", order_value: expected a number like 1499.00, got '1,499'",
        NUMBERS,
    ),
    shipments(
        "a short pincode",
        shipment(pincode="56001"),
        ", pincode: expected a pincode of six digits like 560001, got '56001'",
        MATCH,
    ),
    shipments(
        "an unknown payment mode",
        shipment(mode="UPI"),
        ", payment_mode: expected one of COD, PREPAID, got 'UPI'",
        IN_SET,
    ),
    shipments(
        "a promised DD/MM/YYYY",
        shipment(promised="04/03/2026"),
        ", promised_on: expected a date YYYY-MM-DD like 2026-03-02, got '04/03/2026'",
        "expect_column_values_to_be_dates",
    ),
    Bad(
        "a window at 25:00",
        "customer_feedback.csv",
        (_SOME_ANSWERS + _ANSWER.format(3).replace("10:00,\n", "25:00,\n")).encode(),
        _FEEDBACK_LINE,
        "customer_feedback.csv row 3, window_start: expected a time of day HH:MM from 00:00 to 23:59, got '25:00'",
        MATCH,
        (3, 2, 0, 1),
    ),
    Bad(
        "an unknown answer",
        "customer_feedback.csv",
        (_SOME_ANSWERS + _ANSWER.format(3).replace("reattempt", "maybe")).encode(),
        _FEEDBACK_LINE,
        "customer_feedback.csv row 3, response: expected one of reattempt, refuse, already_delivered, update_details, other, got 'maybe'",
        IN_SET,
        (3, 2, 0, 1),
    ),
    Bad(
        "a broken line of NDJSON",
        "scans.ndjson",
        (_JSON + '{"courier":"gen\n').encode(),
        "scans.ndjson: 3 rows read, 2 loaded, 0 duplicates, 1 quarantined",
        "scans.ndjson row 3: expected one whole JSON object on the line",
        "expect_lines_to_be_json_objects",
        (3, 2, 0, 1),
    ),
    Bad(
        "an object in a field",
        "scans.ndjson",
        (_JSON + _JSON.splitlines()[0].replace('"A1"', '{"no":"A1"}')).encode(),
        "scans.ndjson: 3 rows read, 2 loaded, 0 duplicates, 1 quarantined",
        "scans.ndjson row 3: expected single values, got an object or an array",
        "expect_column_values_to_be_single",
        (3, 2, 0, 1),
    ),
    Bad(
        "a list in a Parquet column",
        "scans.parquet",
        parquet(
            {
                "courier": ["generic"] * 2,
                "awb": ["A1", "A2"],
                "scanned_at": ["2026-03-02"] * 2,
                "native_code": ["lost"] * 2,
                "location": [["Hub"], None],
            }
        ),
        "scans.parquet: 2 rows read, 1 loaded, 0 duplicates, 1 quarantined",
        "scans.parquet row 1, location: expected a single value, not a list or a structure",
        "expect_column_values_to_be_single",
        (2, 1, 0, 1),
    ),
    refused(
        "missing required columns",
        "scans.csv",
        b"courier,awb,location\ngeneric,A1,Hub\n",
        "scans.csv: expected columns courier, awb, scanned_at, native_code; missing scanned_at, native_code (found courier, awb, location)",
    ),
    refused(
        "a header twice",
        "scans.csv",
        b"courier,awb,AWB,scanned_at,native_code\n",
        "scans.csv: expected each column once, found 'awb' twice",
    ),
    refused("an empty CSV", "scans.csv", b"", "scans.csv: expected rows, the file is empty"),
    refused("an empty Parquet", "scans.parquet", b"", "scans.parquet: expected rows, the file is empty"),
    refused(
        "blank lines only", "scans.csv", b"\n \n", "scans.csv: expected a header line, the file is empty"
    ),
    refused(
        "a truncated Parquet",
        "scans.parquet",
        _GOOD_PARQUET[:-20],
        "scans.parquet: expected a whole Parquet file, found one that is cut short or damaged",
    ),
    refused(
        "CSV named Parquet",
        "scans.parquet",
        scans_with(""),
        "scans.parquet: expected a Parquet file, found something else",
    ),
    refused(
        "Parquet named CSV", "scans.csv", _GOOD_PARQUET, "scans.csv: expected CSV text, found a Parquet file"
    ),
    refused(
        "Parquet named NDJSON",
        "scans.ndjson",
        _GOOD_PARQUET,
        "scans.ndjson: expected NDJSON text, found a Parquet file",
    ),
    refused(
        "a workbook named CSV",
        "scans.csv",
        b"PK\x03\x04rest",
        "scans.csv: expected CSV text, found an Excel workbook or a ZIP file (save it as CSV UTF-8)",
    ),
    refused(
        "gzip named CSV",
        "scans.csv",
        b"\x1f\x8b\x08rest",
        "scans.csv: expected CSV text, found a gzip file (unpack it first)",
    ),
    refused(
        "a JSON array named NDJSON",
        "scans.ndjson",
        b"[" + _JSON.encode() + b"]",
        "scans.ndjson: expected one JSON object a line, found a JSON array",
    ),
    refused(
        "JSON named CSV",
        "scans.csv",
        _JSON.encode(),
        "scans.csv: expected CSV with a header line, found JSON",
    ),
    refused(
        "CSV named NDJSON",
        "scans.ndjson",
        scans_with(""),
        "scans.ndjson: expected one JSON object a line, found something else",
    ),
    refused(
        "a quote that never closes",
        "scans.csv",
        scans_with(scan(location='"Hub')),
        "scans.csv row 3: expected every quote to have its pair, a quote is opened and not closed",
    ),
    refused(
        "more than half bad",
        "scans.csv",
        (HEADER + scan(awb="A1") + scan(attempt="x") + scan(attempt="y")).encode(),
        "scans.csv: 2 of 3 rows fail at the door, for example row 2, attempt_number: expected a whole number like 2, got 'x'",
    ),
    refused(
        "a name of no feed",
        "orders.csv",
        scans_with(""),
        f"orders.csv: expected a name that starts with {_NAMES} or tracking_<courier>_ and ends with .csv, .ndjson or .parquet",
    ),
    refused(
        "a format of no reader",
        "scans.xlsx",
        b"PK",
        f"scans.xlsx: expected a name that starts with {_NAMES} or tracking_<courier>_ and ends with .csv, .ndjson or .parquet",
    ),
]
