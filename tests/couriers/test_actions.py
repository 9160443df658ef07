"""How couriers are told what to do: plans, and requests that equal the documented samples."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from couriers import registry
from couriers.actions import Actions, Order
from couriers.capabilities import ACTIONS, Capability, capabilities
from couriers.contract import EVIDENCE
from settings import CourierSettings
from tests.couriers.orders import ACTIONS_OF, DAY, FULL, OWN, TOKEN, body_of, order, requests
from tests.couriers.samples import order_sample

SLUGS = sorted(ACTIONS_OF)
ROWS = [(slug, row) for slug in SLUGS for row in capabilities(slug).values()]


def sent(slug: str, name: str, *orders: Order) -> Any:
    return body_of(ACTIONS_OF[slug].by_name[name].ask(orders, OWN, TOKEN))


def test_delhiverys_reattempt_is_the_sample() -> None:
    assert sent("delhivery", "reattempt", order(awb="13163116xxxxxx")) == order_sample(
        "delhivery", "order_reattempt"
    )


def test_shiprockets_orders_are_the_samples() -> None:
    back = order("rto", remarks="The Buyer does not want the product")
    assert sent("shiprocket", "rto", back) == order_sample("shiprocket", "order_return")
    claim = order(
        "fake_attempt",
        remarks="The buyer does not want the product",
        phone="9000000001",
        proof="https://example.com/ndr/file.mp3 https://example.com/ndr/img.jpg",
        address="1 Test Street",
        landmark="Near metro station",
        requested_on=date(2022, 8, 10),
    )
    assert sent("shiprocket", "fake_attempt", claim) == order_sample("shiprocket", "order_fake_attempt")


def test_clickposts_reattempt_is_the_sample() -> None:
    """But for `source`, which is for WhatsApp providers."""
    one = order(
        awb="4152912745934",
        carrier="4",
        address="Updated Address details",
        landmark="Updated landmark",
        pincode="380001",
        phone="9000000001",
        requested_on=date(2022, 12, 25),
    )
    own = CourierSettings(account="4=Delhivery-Express, 6=Other")
    expected = {**order_sample("clickpost", "order_reattempt")}
    assert expected.pop("source") == "whatsapp"
    request = ACTIONS_OF["clickpost"].by_name["reattempt"].ask([one], own, TOKEN)
    assert request.json == expected


@pytest.mark.parametrize("slug", ["xpressbees", "nimbuspost"])
def test_lists_of_actions_are_the_samples(slug: str) -> None:
    expected = order_sample(slug, "order_list")
    first, second, third = (item["awb"] for item in expected)
    name, line, other = expected[1]["action_data"].values()
    found = [
        *sent(slug, "reattempt", order(awb=first, requested_on=date(2021, 6, 3))),
        *sent(slug, "change_address", order(awb=second, name=name, address=line, landmark=other)),
        *sent(slug, "change_phone", order(awb=third, phone="9000000001")),
    ]
    assert found == expected


def test_ekarts_reattempt_is_the_sample() -> None:
    one = order(
        awb="EKARTMOCK123",
        requested_on=date(2025, 12, 29),
        phone="9000000001",
        address="Updated address",
        remarks="call before coming",
    )
    assert sent("ekart", "reattempt", one) == order_sample("ekart", "order_reattempt")


def test_blue_darts_reattempt_is_the_sample() -> None:
    """But for the hour of its date, which is an instant by chance there: ours is noon in IST."""
    own = OWN.model_copy(update={"username": "<id>"})
    one = order(awb="59500670843", requested_on=date(2023, 11, 15))
    found = ACTIONS_OF["bluedart"].by_name["reattempt"].ask([one], own, TOKEN)
    expected = order_sample("bluedart", "order_reattempt")
    expected["altreq"]["PreferDate"] = "/Date(1700029800000)/"
    expected["profile"]["LicenceKey"] = "hush"
    assert (found.json, found.headers) == (expected, {"JWTToken": TOKEN})


def test_shadowfaxs_reattempt_is_the_sample() -> None:
    """But for the order's own section: it would set the cash to collect, to nothing."""
    one = order(awb="SF47850936san", phone="9000000001", address="#1, Test cross", pincode="560008")
    expected = order_sample("shadowfax", "order_reattempt")
    assert expected.pop("order_details") == {"cod_amount": 0}
    assert sent("shadowfax", "reattempt", one) == expected


def test_ecoms_resolution_is_the_sample() -> None:
    one = order(
        awb="123456789",
        remarks="customer asked",
        requested_on=date(2025, 6, 14),
        phone="9000000001",
        address="line 1\nline 2\nline 3",
        landmark="line 4",
        pincode="110001",
    )
    expected = order_sample("ecom_express", "order_reattempt") | {"username": "us", "password": "hush"}
    assert sent("ecom_express", "reattempt", one) == expected


def test_a_pincode_without_an_address_reaches_ecom_in_words() -> None:
    one = order(requested_on=date(2025, 6, 14), pincode="110001", remarks="Call first.")
    (item,) = sent("ecom_express", "reattempt", one)["json_input"]
    assert item["comments"] == "Call first. Pincode: 110001."
    assert "consignee_address" not in item


def test_ithinks_reattempt_is_the_sample() -> None:
    one = order(
        awb="AWB123",
        requested_on=date(2026, 8, 20),
        window_start="14:00",
        phone="9000000001",
        address="Updated address",
    )
    expected = order_sample("ithink", "order_reattempt")
    expected["data"] |= {"access_token": TOKEN, "secret_key": "hush"}
    assert sent("ithink", "reattempt", one) == expected


def test_every_order_that_is_a_sample_is_compared() -> None:
    """Whoever adds a sample of an order adds its comparison; this list is what the tests above use."""
    found = {
        (slug, path.stem)
        for slug, courier in registry().items()
        for path in courier.samples_dir.glob("order_*.json")
    }
    assert found == {
        *((slug, "order_reattempt") for slug in ("bluedart", "clickpost", "delhivery", "ecom_express")),
        *((slug, "order_reattempt") for slug in ("ekart", "ithink", "shadowfax")),
        *((slug, "order_list") for slug in ("xpressbees", "nimbuspost")),
        ("shiprocket", "order_return"),
        ("shiprocket", "order_fake_attempt"),
    }


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("delhivery", "/api/p/update"),
        ("shiprocket", "/v1/external/ndr/A%2F1%3Fx/action"),
        ("clickpost", "/api/v2/ndr/update/"),
        ("xpressbees", "/api/ndr/create"),
        ("nimbuspost", "/v1/ndr/action"),
        ("ekart", "/api/v2/package/ndr"),
        ("bluedart", "/in/transportation/cust-instruction-update/v1/CustALTInstructionUpdate"),
        ("shadowfax", "/api/v3/clients/order_update/"),
        ("ecom_express", "/apiv2/ndr_resolutions/"),
        ("ithink", "/api_v3/ndr/add-reattempt-rto.json"),
    ],
)
def test_where_a_reattempt_goes(slug: str, path: str) -> None:
    request = requests(slug, order(awb="A/1?x", requested_on=DAY, carrier="4"))[-1]
    assert (request.method, request.path) == ("POST", path)


@pytest.mark.parametrize("slug", SLUGS)
def test_neither_people_nor_secrets_are_in_a_repr(slug: str) -> None:
    for action in ACTIONS:
        one = order(action, awb="AWB77", **FULL)
        found = repr([one, *requests(slug, one)])
        hidden = (
            'AWB77"',
            "9000000007",
            "560007",
            "New Street",
            "Blue gate",
            "Test Buyer",
            "afternoon",
            TOKEN,
            "hush",
        )
        assert not any(word in found for word in hidden), found
        assert "awb=" not in found


# What a plan is


def test_new_details_go_before_the_reattempt_that_cannot_carry_them() -> None:
    plans = {slug: ACTIONS_OF[slug].plan(order(**FULL)) for slug in SLUGS}
    alone = dict.fromkeys(SLUGS, ("reattempt",))
    assert plans == {
        **alone,
        "delhivery": ("edit", "reattempt"),
        "xpressbees": ("change_phone", "change_address", "reattempt"),
        "nimbuspost": ("change_phone", "change_address", "reattempt"),
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_a_hold_is_a_reattempt_on_its_day_or_nothing(slug: str) -> None:
    plan = ACTIONS_OF[slug].plan
    held = order("hold", requested_on=DAY, carrier="4")
    is_dated = capabilities(slug)["reattempt"].date == "yes"
    assert plan(held) == (("reattempt",) if is_dated else ())
    assert not plan(replace(held, requested_on=None))
    if is_dated:
        asked = replace(held, action="reattempt")
        assert requests(slug, held) == requests(slug, asked)


@pytest.mark.parametrize("slug", SLUGS)
def test_nobody_is_asked_to_mark_a_parcel_as_delivered(slug: str) -> None:
    assert not ACTIONS_OF[slug].plan(order("mark_delivered", **FULL))


def test_a_date_that_is_required_is_not_left_out() -> None:
    dateless = {slug for slug in SLUGS if ACTIONS_OF[slug].plan(order(carrier="4"))}
    assert dateless == {"delhivery", "shadowfax", "shiprocket"}


def test_clickpost_wants_the_carriers_id() -> None:
    assert not ACTIONS_OF["clickpost"].plan(order(requested_on=DAY))


@pytest.mark.parametrize("slug", ["delhivery", "xpressbees", "nimbuspost", "shadowfax"])
def test_details_without_any_are_no_order(slug: str) -> None:
    assert not ACTIONS_OF[slug].plan(order("update_details"))


# Agreement with capabilities.csv


@pytest.mark.parametrize(("slug", "row"), ROWS, ids=[f"{slug}/{row.action}" for slug, row in ROWS])
def test_a_request_carries_what_the_row_says(slug: str, row: Capability) -> None:
    """`yes`: the value stands in the requests; `remarks`: the words do, where they tell the time; `no`: neither."""
    asked = order(row.action, **FULL)
    assert ACTIONS_OF[slug].plan(asked), "a row without a plan"
    edits = capabilities(slug).get("update_details") if row.action == "reattempt" else None
    found = json.dumps([body_of(request) for request in requests(slug, asked)])
    in_ms = {"ekart": "1795593600000", "bluedart": "1795588200000"}.get(slug, DAY.isoformat())
    held = {
        "date": any(day in found for day in (DAY.isoformat(), in_ms)),
        "phone": "9000000007" in found,
        "address": "7 New Street" in found,
        "pincode": "560007" in found,
        "window": "14:00" in found,
    }
    told = {name: getattr(row, name) for name in held}
    if edits:
        told |= {name: "yes" for name in ("phone", "address", "pincode") if getattr(edits, name) == "yes"}
    assert held == {name: word == "yes" for name, word in told.items()}
    has_words = "after two in the afternoon" in found
    assert has_words == (row.window == "remarks"), "the time of day as words"


@pytest.mark.parametrize("slug", SLUGS)
def test_what_has_no_row_has_no_plan(slug: str) -> None:
    for action in set(ACTIONS) - set(capabilities(slug)):
        assert not ACTIONS_OF[slug].plan(order(action, **FULL)), action


def test_capability_rows_all_have_a_test() -> None:
    """Every row of every courier is compared above, but for those of the courier that is told by hand."""
    rows = {(slug, action) for slug in registry() for action in capabilities(slug)}
    compared = {(slug, row.action) for slug, row in ROWS}
    assert {slug for slug, _ in rows - compared} == {"generic"}


# Descriptions


def described(slug: str) -> Actions:
    return ACTIONS_OF[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_description_is_whole(slug: str) -> None:
    found = described(slug)
    assert found.address.startswith("https://")
    assert found.needs and set(found.needs) <= set(CourierSettings.model_fields)
    assert found.evidence in EVIDENCE
    assert found.waits[429] >= 1 and 503 not in found.waits
    assert "## Actions" in (registry()[slug].folder / "README.md").read_text()
    plans = [found.plan(order(action, **FULL)) for action in (*ACTIONS, "hold")]
    assert set(found.by_name) == {name for plan in plans for name in plan}


def test_who_can_be_told() -> None:
    assert set(registry()) - set(SLUGS) == {"generic"}
    assert {slug: described(slug).missing(CourierSettings()) for slug in SLUGS} == {
        "bluedart": ["account", "token", "username", "password"],
        "clickpost": ["username", "token", "account"],
        "delhivery": ["token"],
        "ecom_express": ["username", "password"],
        "ekart": ["account", "username", "password"],
        "ithink": ["token", "password"],
        "nimbuspost": ["username", "password"],
        "shadowfax": ["token"],
        "shiprocket": ["username", "password"],
        "xpressbees": ["username", "password"],
    }


def test_delhiverys_limits() -> None:
    """1,000 orders a call, 126 s for one in a hundred, 30 s of silence after a 403 of its firewall."""
    found = described("delhivery")
    assert (found.by_name["reattempt"].most, found.by_name["edit"].most) == (1000, 1)
    assert (found.answer_seconds, found.waits[403]) == (130, 30)


def test_delhivery_gets_none_of_the_characters_that_it_does_not_take() -> None:
    one = order("update_details", address="#12 & 13; 50% off\\road", phone="9000000001")
    assert sent("delhivery", "edit", one) == {
        "waybill": "AWB1",
        "phone": "9000000001",
        "add": "12 13 50 off road",
    }


@pytest.mark.parametrize(
    ("slug", "method", "path", "body", "answer"),
    [
        ("shiprocket", "POST", "/v1/external/auth/login", {"email": "us", "password": "hush"}, {"token": "t"}),
        ("ekart", "POST", "/integrations/v2/auth/token/acct", {"username": "us", "password": "hush"},
         {"access_token": "t", "expires_in": 86400}),
        ("xpressbees", "POST", "/api/users/login", {"email": "us", "password": "hush"}, {"data": "t"}),
        ("nimbuspost", "POST", "/v1/users/login", {"email": "us", "password": "hush"}, {"data": "t"}),
        ("bluedart", "GET", "/in/transportation/token/v1/login", None, {"JWTToken": "t"}),
    ],
)  # fmt: skip
def test_logins(slug: str, method: str, path: str, body: Any, answer: Any) -> None:
    login = described(slug).login
    assert login is not None
    request = login.request(OWN)
    assert (request.method, request.path, request.json) == (method, path, body)
    assert login.token(json.dumps(answer).encode()) == "t"
    long = "x" * 2000
    assert login.token(json.dumps(dict.fromkeys(answer, long)).encode()) == long
    assert [login.token(wrong) for wrong in (b"", b"[]", b"{}", b'{"data": ""}', b"\xff")] == [None] * 5


def test_blue_darts_login_has_the_apps_secret_in_headers() -> None:
    login = described("bluedart").login
    assert login is not None
    headers = login.request(OWN).headers
    assert (headers["ClientID"], headers["clientSecret"]) == ("acct", "key")


def test_clickposts_account_goes_by_carrier() -> None:
    def of(account: str, carrier: str) -> Any:
        call = described("clickpost").by_name["rto"]
        return call.ask([order("rto", carrier=carrier)], CourierSettings(account=account), TOKEN).json

    assert of("4=Delhivery-Express, 6=Other", "6")["account_code"] == "Other"
    assert of("Only-One", "6")["account_code"] == "Only-One"
    assert "account_code" not in of("4=Delhivery-Express", "6")
    assert of("Only-One", "6")["cp_id"] == 6
