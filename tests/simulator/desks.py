"""Desks over a store of a few parcels, and calls of orders as the couriers' documents have them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from settings import IST
from simulator.couriers.speaking import Answer, Asked
from simulator.desks.answering import Office
from simulator.desks.effects import Effect, Effects
from simulator.desks.faults import Faults
from simulator.desks.store import Store
from simulator.desks.window import Books

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
TODAY = NOW.astimezone(IST).date()
TOMORROW = TODAY + timedelta(days=1)
AWB = "AW1000000001"
TOKEN, BEARER = {"authorization": "Token t"}, {"authorization": "Bearer t"}


@dataclass
class Watched:
    """An office whose clock stands, and what took place in it."""

    office: Office
    store: Store
    books: Books

    def send(self, slug: str, asked: Asked) -> Answer:
        """The answer of a courier."""
        return self.office.answer(slug, asked)

    @property
    def effects(self) -> list[Effect]:
        """What took place until now."""
        self.books.settle()
        return self.books.effects.all()

    @property
    def words(self) -> list[str]:
        """The refusals until now, in the couriers' words."""
        return [words for *_, words in self.books.effects.refused()]


def office(
    status: str | None = "failed_delivery", slug: str = "", settle: float = 0.0, **more: Any
) -> Watched:
    """An office; with a parcel AWB of `slug` in that status where there is a slug."""
    store, faults = Store(lambda: NOW), Faults()
    books = Books(store, lambda: NOW, Effects(), settle)
    if slug:
        store.put({"courier": slug, "awb": AWB, "status": status, "attempts": 1, **more})
    return Watched(Office(books, store, faults), store, books)


def post(path: str, body: Any, headers: dict[str, str] | None = None, **query: str) -> Asked:
    """A call with JSON."""
    return Asked("POST", path, query, json.dumps(body).encode(), headers or {})


def milliseconds(day: date) -> int:
    """The noon of a day in India since 1970."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=IST).timestamp() * 1000)


def reattempt(slug: str, awb: str = AWB, on: date = TOMORROW) -> Asked:
    """Asking a courier to go once more."""
    day = on.isoformat()
    listed = [{"awb": awb, "action": "re-attempt", "action_data": {"re_attempt_date": day}}]
    calls = {
        "delhivery": lambda: post("/api/p/update", {"data": [{"waybill": awb, "act": "RE-ATTEMPT"}]}, TOKEN),
        "shiprocket": lambda: post(
            f"/v1/external/ndr/{awb}/action",
            {"action": "re-attempt", "comments": "c", "deferred_date": day},
            BEARER,
        ),
        "clickpost": lambda: post(
            "/api/v2/ndr/update/",
            {"action": "REATTEMPT", "waybill": awb, "cp_id": 4, "preferred_date": day},
            username="u", key="k",
        ),
        "xpressbees": lambda: post("/api/ndr/create", listed, BEARER),
        "nimbuspost": lambda: post("/v1/ndr/action", listed, BEARER),
        "ekart": lambda: post(
            "/api/v2/package/ndr", {"action": "Re-Attempt", "wbn": awb, "date": milliseconds(on)}, BEARER
        ),
        "bluedart": lambda: post(
            "/in/transportation/cust-instruction-update/v1/CustALTInstructionUpdate",
            {
                "altreq": {"AWBNo": awb, "AltInstRequestType": "DT", "PreferDate": f"/Date({milliseconds(on)})/"},
                "profile": {"LoginID": "l", "LicenceKey": "k", "Api_type": "S"},
            },
            {"jwttoken": "t"},
        ),
        "shadowfax": lambda: post(
            "/api/v3/clients/order_update/",
            {"awb_number": awb, "status_update": {"status": "reopen_ndr"}},
            TOKEN,
        ),
        "ecom_express": lambda: ecom([
            {"awb": awb, "instruction": "RAD", "scheduled_delivery_date": day, "scheduled_delivery_slot": "1"}
        ]),
        "ithink": lambda: ithink([{"awb_numbers": awb, "ndr_action": "1", "reattempt_date": day}]),
    }  # fmt: skip
    return calls[slug]()


def rto(slug: str, awb: str = AWB) -> Asked:
    """Asking a courier to bring it back; only of those that can be asked."""
    calls = {
        "delhivery": lambda: post("/api/p/edit", {"waybill": awb, "cancellation": "true"}, TOKEN),
        "shiprocket": lambda: post(
            f"/v1/external/ndr/{awb}/action", {"action": "return", "comments": "c"}, BEARER
        ),
        "clickpost": lambda: post(
            "/api/v2/ndr/update/",
            {"action": "INITIATE_RTO", "waybill": awb, "cp_id": 4},
            username="u", key="k",
        ),
        "ekart": lambda: post("/api/v2/package/ndr", {"action": "RTO", "wbn": awb}, BEARER),
        "bluedart": lambda: post(
            "/in/transportation/cust-instruction-update/v1/CustALTInstructionUpdate",
            {"altreq": {"AWBNo": awb, "AltInstRequestType": "RTO"}, "profile": {"LoginID": "l"}},
            {"jwttoken": "t"},
        ),
        "shadowfax": lambda: post(
            "/api/v3/clients/order_update/", {"awb_number": awb, "status_update": {"status": "rts"}}, TOKEN
        ),
        "ecom_express": lambda: ecom([{"awb": awb, "instruction": "RTO"}]),
        "ithink": lambda: ithink([{"awb_numbers": awb, "ndr_action": "2"}]),
    }  # fmt: skip
    return calls[slug]()


def ecom(items: list[dict[str, Any]]) -> Asked:
    """Ecom Express's form."""
    form = {"username": "u", "password": "p", "json_input": json.dumps(items)}
    return Asked("POST", "/apiv2/ndr_resolutions/", {}, urlencode(form).encode(), {})


def ithink(items: list[dict[str, Any]]) -> Asked:
    """iThink's body, with the credentials in it."""
    data = {"shipments": items, "access_token": "t", "secret_key": "s"}
    return post("/api_v3/ndr/add-reattempt-rto.json", {"data": data})


def upl(name: str) -> Asked:
    """Asking Delhivery what came of a job."""
    return Asked("GET", f"/api/cmu/get_bulk_upl/{name}", {"verbose": "true"}, b"", TOKEN)
