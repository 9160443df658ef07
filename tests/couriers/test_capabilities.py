"""What couriers can be asked: every file keeps to the columns, and the deadlines mean what they say."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from couriers import registry
from couriers.capabilities import COLUMNS, Capability, capabilities, read_capabilities
from settings import IST

#: Those whose interface for actions is known, and what stands for everybody else.
KNOWN = (
    "bluedart", "clickpost", "delhivery", "ecom_express", "ekart", "generic", "ithink", "nimbuspost", "shadowfax",
    "shiprocket", "xpressbees",
)  # fmt: skip


@pytest.mark.parametrize("slug", registry())
def test_every_file_can_be_read(slug: str) -> None:
    for action, one in capabilities(slug).items():
        assert action == one.action
        assert one.days_ahead is None or 1 <= one.days_ahead <= 10


@pytest.mark.parametrize("slug", KNOWN)
def test_a_known_courier_can_be_asked_for_a_reattempt(slug: str) -> None:
    assert "reattempt" in capabilities(slug)


def test_what_is_known_of_the_couriers() -> None:
    """The facts that matter most: who takes a date, and who cannot be asked for a return."""
    dated = {slug for slug in KNOWN if capabilities(slug)["reattempt"].date == "yes"}
    assert dated == set(KNOWN) - {"delhivery", "shadowfax"}
    assert {slug for slug in KNOWN if "rto" not in capabilities(slug)} == {"xpressbees", "nimbuspost"}
    assert capabilities("ekart")["reattempt"].days_ahead == 7
    pincode = {slug for slug in KNOWN for one in capabilities(slug).values() if one.pincode == "yes"}
    assert pincode == {"clickpost", "ecom_express", "shadowfax", "generic"}
    assert all("mark_delivered" not in capabilities(slug) for slug in KNOWN)


def test_a_courier_without_a_file_promises_nothing(tmp_path: Path) -> None:
    assert capabilities("nobody") == {}
    assert read_capabilities(tmp_path / "capabilities.csv") == {}


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("21:00", datetime(2026, 11, 23, 21, 0, tzinfo=IST)),
        ("00:30", datetime(2026, 11, 23, 0, 30, tzinfo=IST)),
        ("0h", datetime(2026, 11, 24, 0, 0, tzinfo=IST)),
        ("36h", datetime(2026, 11, 22, 12, 0, tzinfo=IST)),
    ],
)
def test_the_deadline_is_on_the_day_before_or_so_many_hours_ahead(deadline: str, expected: datetime) -> None:
    one = Capability("reattempt", change_deadline=deadline)
    assert one.changeable_until(date(2026, 11, 24)) == expected


GOOD = "reattempt,yes,remarks,yes,no,no,3,EOD-11 EOD-6,20:00,21:00,inferred,documented,a note"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (GOOD.replace("reattempt", "mark_delivered"), "action"),
        (GOOD.replace("remarks", "maybe"), "window"),
        (GOOD.replace("21:00", "25:00"), "change_deadline"),
        (GOOD.replace("21:00", "soon"), "change_deadline"),
        (GOOD.replace("20:00", "late"), "send_after"),
        (GOOD.replace(",3,", ",,"), "days_ahead"),
        (GOOD.replace(",3,", ",x,"), "line 2"),
        (GOOD.replace("documented", "heard"), "evidence"),
        (f"{GOOD}\n{GOOD}", "twice"),
        (GOOD.rsplit(",", 2)[0], "evidence"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, complaint: str) -> None:
    path = tmp_path / "capabilities.csv"
    path.write_text(",".join(COLUMNS) + f"\n{row}\n")
    with pytest.raises(ValueError, match=complaint):
        read_capabilities(path)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "capabilities.csv"
    path.write_text("action,date\nreattempt,yes\n")
    with pytest.raises(ValueError, match="expected the columns"):
        read_capabilities(path)
