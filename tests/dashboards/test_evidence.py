"""The evidence pack of a breach holds its proof and no person; an escalation is entered step by step."""

from __future__ import annotations

import csv
import io
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboards import store, words
from dashboards.entering import escalating
from dashboards.filters import Filters
from dashboards.packs import facts
from dashboards.packs.csv_pack import COLUMNS, csv_pack
from dashboards.packs.latin import latin
from dashboards.packs.pdf_pack import pdf_pack
from dashboards.queries import breaches, build, evidence
from ledger import entries
from ledger.database import open_ledger
from settings import get_settings
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_entering import click, said
from tests.dashboards.test_screens import opened, text_of

Breach = dict[str, Any]


@pytest.fixture
def rows(data_dir: Path) -> list[Breach]:
    """The breaches of a published stand-in, newest first."""
    make_published(data_dir / "published", datetime.now(UTC))
    return evidence.of_view(Filters(), "all", {})


def pdf_text(body: bytes) -> str:
    """What a PDF of the built-in fonts says: the texts of its streams."""
    streams = [zlib.decompress(found) for found in re.findall(rb"stream\n(.*?)\nendstream", body, flags=re.S)]
    texts = re.findall(rb"\(((?:\\.|[^()\\])*)\) Tj", b"\n".join(streams))
    return " ".join(re.sub(r"\\(.)", r"\1", text.decode("cp1252")) for text in texts)


def packed(rows: list[Breach]) -> tuple[bytes, str]:
    scans = evidence.scans([row["instruction_id"] for row in rows])
    as_of, names = build.current()["as_of"], build.courier_names()
    return pdf_pack(rows, scans, names, as_of), csv_pack(rows, scans, names).decode("utf-8-sig")


def test_the_pdf_of_a_breach_holds_its_instruction_acceptance_clock_rule_and_scans(
    rows: list[Breach],
) -> None:
    row = rows[0]
    body, _ = packed([row])
    told = pdf_text(body)
    assert body.startswith(b"%PDF")
    for value in (
        row["awb"], row["order_id"], row["instruction_id"], row["acceptance_reference"], facts.at(row["accepted_at"]),
        facts.at(row["return_started_at"]), "20 h and no attempt", "3 attempts", "The rule for all couriers",
        "EOD-1", "Delivery failed:", "Pune_Hub", "pune hab", "Rs ", "Page 1 of",
    ):  # fmt: skip
        assert value in told, value


def test_a_pack_of_many_begins_with_their_list_and_is_the_same_file_again(rows: list[Breach]) -> None:
    some = rows[:7]
    body, table = packed(some)
    told = pdf_text(body)
    assert "7 accepted reattempts that were answered with a return" in told
    assert all(told.count(row["awb"]) >= 3 for row in some) and "Page 8 of" in told
    assert packed(some) == (body, table)


def test_the_csv_is_one_line_a_fact_in_order_of_time_and_no_cell_is_a_formula(rows: list[Breach]) -> None:
    _, table = packed(rows[:2])
    lines = list(csv.DictReader(io.StringIO(table)))
    assert tuple(lines[0]) == COLUMNS
    own = [line for line in lines if line["AWB"] == rows[0]["awb"]]
    assert {line["Fact"] for line in own} == {"Asked", "Accepted", "Scan", "Return started"}
    assert [line["At (IST)"] for line in own] == sorted(line["At (IST)"] for line in own)
    assert "पुणे हब" in [line["Place"] for line in own]
    assert "'=1+1" in [line["Courier's reason"] for line in own]
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "@"))]


def test_a_pack_says_nothing_of_the_customer(rows: list[Breach]) -> None:
    body, table = packed(rows[:3])
    for told in (pdf_text(body), table):
        assert "Asha" not in told and "98765" not in told and "Indiranagar" not in told


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("पुणे", "pune"), ("मुंबई", "mumbai"), ("दिल्ली", "dilli"), ("ಬೆಂಗಳೂರು", "bengaluru"), ("சென்னை", "chennai"),
        ("कोच्चि १२", "kochchi 12"), ("₹1,24,300", "Rs 1,24,300"), ("Ernākuḷam", "Ernakulam"), ("a\tb\x00", "a b?"),
        ("北京", "??"), (None, ""), ("Köln – “x” →", "Köln – “x” ->"),
    ],
)  # fmt: skip
def test_places_in_other_scripts_stay_readable_in_the_letters_of_a_pdf(
    text: str | None, written: str
) -> None:
    assert latin(text) == written


def escalate(app: Any, **typed: str) -> Any:
    """Fill the fields of the next step by their names, and save."""
    fields = [*app.text_input, *app.radio]
    for name, value in typed.items():
        next(field for field in fields if field.key.startswith(f"{name}_")).set_value(value)
    labels = [button.label for button in app.button]
    return click(app, next(label for label in labels if label == "Save" or label.startswith("Raise")))


def test_a_breach_is_raised_answered_rejected_and_raised_again(rows: list[Breach]) -> None:
    row = rows[0]
    app = opened("sla_breaches", breach=row["instruction_id"])
    app.text_input(key="agent_typed").input("divya")
    click(app, "Start")
    escalate(app)
    assert "name the mail or ticket" in said(app)
    escalate(app, reference="MAIL-7")
    assert "On its way" in said(app) and "MAIL-7" in said(app)
    escalate(app, step="answered", text="We tried =twice")
    escalate(app, step="rejected")
    assert not app.radio and "Raise it again" in [button.label for button in app.button]
    escalate(app, reference="MAIL-9")
    kept = entries.of_parcel(open_ledger(get_settings()), row["courier"], row["awb"])
    assert [(one.kind, one.author, one.content["step"], one.content["reference"]) for one in kept] == [
        ("escalation", "divya", "raised", "MAIL-7"),
        ("escalation", "divya", "answered", None),
        ("escalation", "divya", "rejected", None),
        ("escalation", "divya", "raised", "MAIL-9"),
    ]
    assert {one.content["instruction_id"] for one in kept} == {row["instruction_id"]}


def test_what_is_raised_counts_at_once_in_the_first_line_and_in_the_tabs(rows: list[Breach]) -> None:
    number = store.fetch("select count(*) from marts.rpt_sla_breaches").item()
    assert breaches.summary(Filters())["not_raised"] == number
    later = {rows[0]["instruction_id"]: "raised"}
    told = breaches.summary(Filters(), later)
    assert (told["not_raised"], told["raised"], told["breaches"]) == (number - 1, 1, number)
    (shown,) = breaches.page(Filters(), "newest", 1, "raised", later).to_dicts()
    assert shown["instruction_id"] == rows[0]["instruction_id"] and shown["is_on_its_way"]


def test_every_state_has_its_next_steps_and_every_step_its_words() -> None:
    assert set(words.STEPS_AFTER) == set(words.ESCALATIONS)
    assert set(words.STEPS) == set(words.ESCALATIONS) - {"not_raised"}
    assert {step for after in words.STEPS_AFTER.values() for step in after} == set(words.STEPS)


def test_what_the_courier_answered_must_be_told_and_readable() -> None:
    assert escalating.problems("answered", "", " ") == ["Write what the courier answered."]
    assert escalating.problems("raised", "a\u202eb", "") == [
        "There is a character that cannot be read or seen: type it again."
    ]


def test_the_page_of_a_courier_offers_the_pack_of_its_breaches(rows: list[Breach]) -> None:
    every = text_of(opened("sla_breaches"))
    assert "choose one courier" in every and "Evidence, escalate" in every
    courier = rows[0]["courier"]
    app = opened("sla_breaches", courier=courier)
    number = sum(row["courier"] == courier for row in rows)
    assert f"The evidence of these {number} breaches" in text_of(app)


def test_a_breach_that_is_gone_says_so(rows: list[Breach]) -> None:
    assert "There is no breach of this name" in text_of(opened("sla_breaches", breach="nobody"))
