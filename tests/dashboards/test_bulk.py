"""One decision for many parcels: told before, kept for all or none, on what was seen, and taken back as one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import store
from dashboards.entering import bulk
from ledger import entries
from ledger.database import open_ledger
from settings import get_settings
from tests.dashboards.stand_in import make_published
from tests.dashboards.test_entering import click, enter, said
from tests.dashboards.test_screens import opened

NAMES = {"delhivery": "Delhivery", "ekart": "Ekart", "nimbuspost": "NimbusPost"}


@pytest.fixture
def view(data_dir: Path) -> dict[str, str]:
    """A view of few new cases."""
    make_published(data_dir / "published", datetime.now(UTC))
    return {"stage": "new", "courier": "ekart", "reason": "customer_unavailable"}


def begun(view: dict[str, str]) -> AppTest:
    """The queue with all of a view chosen, and an agent."""
    app = opened("queue", **view)
    app.checkbox(key="bulk_all").check().run()
    app.text_input(key="agent_typed").input("asha")
    return click(app, "Start")


def cases(view: dict[str, str]) -> list[tuple[str, str]]:
    sql = (
        "select courier, awb from marts.fct_ndr_cases"
        " where stage = 'new' and courier = ? and reason_bucket = ? order by 1, 2"
    )
    return store.fetch(sql, (view["courier"], view["reason"])).rows()


def kept() -> list[Any]:
    ledger = open_ledger(get_settings())
    rows = entries.after(ledger, 0, 1000)
    ledger.close()
    return rows


def row(courier: str, **changes: Any) -> dict[str, Any]:
    return {"courier": courier, "via": None, "awb": "A", "stage": "new", "is_latest_life": True, **changes}


def test_what_will_happen_is_told_by_courier_with_what_cannot() -> None:
    rows = [row("delhivery"), row("ekart"), row("delhivery"), row("ekart", stage="closed"),
            row("ekart", via="nimbuspost"), row("ekart", is_latest_life=False)]  # fmt: skip
    assert bulk.told(rows, "rto", NAMES) == (
        "3 parcels: 2 Delhivery, 1 Ekart; 3 cannot: it has ended (1); NimbusPost has no way to be asked for it (1);"
        " the AWB is another parcel's by now (1)."
    )
    assert bulk.told(rows, "note", NAMES).startswith("5 parcels: ")


def test_one_confirmation_keeps_the_same_for_each_and_undo_takes_all_back(view: dict[str, str]) -> None:
    parcels = cases(view)
    assert 2 < len(parcels) <= bulk.MOST
    app = click(begun(view), "Go on …")
    assert kept() == [] and f"{len(parcels)} parcels: {len(parcels)} Ekart." in said(app)
    click(app, f"Yes, for {len(parcels)} parcels")
    rows = kept()
    assert sorted((one.courier, one.awb) for one in rows) == parcels
    assert {
        (one.author, one.kind, one.content["window_start"], one.content["undo_seconds"]) for one in rows
    } == {("asha", "reattempt", "17:00", 60)}
    assert "On its way" in said(app) and f"for {len(parcels)} parcels: can be taken back" in said(app)
    click(app, "Undo")
    undone = [one for one in kept() if one.kind == "undo"]
    assert sorted((one.courier, one.awb) for one in undone) == parcels
    click(app, "Done")
    assert "Kept:" not in said(app)


def test_what_somebody_else_entered_in_between_keeps_all_of_it_back(view: dict[str, str]) -> None:
    (courier, awb), *_ = parcels = cases(view)
    app = click(click(begun(view), "Return it"), "Go on …")
    assert "The parcels go back and the sales are lost." in said(app)
    enter({"courier": courier, "awb": awb}, "imran", "rto")
    click(app, f"Yes, for {len(parcels)} parcels")
    assert "Nothing was saved" in said(app) and awb in said(app)
    assert [one.author for one in kept()] == ["imran"]
    click(app, "Go on …")
    click(app, f"Yes, for {len(parcels)} parcels")
    assert len(kept()) == len(parcels) + 1


def test_a_note_needs_its_text_and_back_leads_to_the_choice(view: dict[str, str]) -> None:
    app = click(click(begun(view), "Note"), "Go on …")
    assert "A note needs its text" in said(app)
    next(field for field in app.text_input if field.key.startswith("remark_")).input("Diwali")
    click(click(app, "Go on …"), "Back")
    assert kept() == [] and "Go on …" in [button.label for button in app.button]


def test_no_more_than_the_most_are_taken(data_dir: Path) -> None:
    make_published(data_dir / "published", datetime.now(UTC), cases=1500)
    app = begun({"stage": "all"})
    assert app.checkbox(key="bulk_all").label == f"The first {bulk.MOST} of this view"
    click(click(app, "Note"), "Note")
    assert f"{bulk.MOST} parcels: " in said(app)


def test_a_replay_offers_no_bulk(
    view: dict[str, str], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_READ_DIR", str(data_dir / "published"))
    get_settings.cache_clear()
    assert not opened("queue", **view).checkbox


def test_a_parcel_whose_awb_is_anothers_by_now_is_left_out(view: dict[str, str], data_dir: Path) -> None:
    with duckdb.connect(str(data_dir / "published" / "warehouse.duckdb")) as connection:
        connection.execute(
            "insert into marts.dim_shipments select case_id || '1', courier, awb, 20261101, 'ORD-LATER', null, 'open'"
            " from marts.fct_ndr_cases where stage = 'new' and courier = ? and reason_bucket = ? order by 1 limit 1",
            [view["courier"], view["reason"]],
        )
    number = len(cases(view)) - 1
    told = said(begun(view))
    assert f"{number} parcels: " in told and "the AWB is another parcel's by now (1)" in told
