"""What each courier must prove, and what is wrong with a setting."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from couriers import registry
from couriers.contract import EVIDENCE, SCHEMES
from receiver.errors import ReceiverError, Turned
from receiver.gates import Gate, gates
from settings import Settings
from tests.receiver.signing import OLD_SECRET, OTHER_SECRET, SECRET, body_hmac, signature

NOW = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)
BODY = b'{"waybill": 1}'


@pytest.fixture
def doors(secrets: None) -> dict[str, Gate]:
    return gates(Settings())


def reason(gate: Gate, headers: dict[str, str], body: bytes = BODY, token: str | None = None) -> str:
    """Why a request is refused; empty when it is not."""
    try:
        gate.check(headers, token, body, NOW)
    except Turned as turned:
        assert (turned.status, turned.result) == (401, "refused")
        return turned.reason
    return ""


def test_every_webhook_says_what_it_is_and_how_well_we_know() -> None:
    found = {courier.slug: courier for courier in registry().values() if courier.webhook}
    assert set(found) == {
        "bluedart", "clickpost", "delhivery", "ecom_express", "ekart", "generic", "ithink", "nimbuspost", "shadowfax",
        "shiprocket", "xpressbees",
    }  # fmt: skip
    for courier in found.values():
        assert courier.webhook is not None
        assert courier.webhook.scheme in SCHEMES
        assert courier.webhook.evidence in EVIDENCE
        assert "\n## Webhook\n" in (courier.folder / "README.md").read_text(), courier.slug


def test_without_a_secret_nobody_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty setting is no secret: else an empty header would do."""
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SECRET", "")
    for gate in gates(Settings()).values():
        assert reason(gate, {gate.header: ""}, token="") == "no_secret"


def test_the_secret_before_opens_nothing_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with tracking links: whoever takes away the secret in use closes the door."""
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_OLD_SECRET", OLD_SECRET)
    assert reason(gates(Settings())["delhivery"], {"authorization": OLD_SECRET}) == "no_secret"


def test_the_header_is_a_setting(monkeypatch: pytest.MonkeyPatch, secrets: None) -> None:
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_HEADER", "X-Ours")
    gate = gates(Settings())["delhivery"]
    assert reason(gate, {"x-ours": SECRET}) == ""
    assert reason(gate, {"authorization": SECRET}) == "missing"


def test_a_secret_of_any_letters_is_compared_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SECRET", "schlüssel-कुंजी")
    gate = gates(Settings())["delhivery"]
    assert reason(gate, {"authorization": "schlüssel-कुंजी".encode().decode("latin-1")}) == ""
    assert reason(gate, {}, BODY, "schlüssel-कुंजी") == ""
    assert reason(gate, {"authorization": "\xff\xfe"}) == "wrong"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (body_hmac(BODY), ""),
        (body_hmac(BODY).upper(), ""),
        ("sha256=" + body_hmac(BODY), ""),
        (base64.b64encode(bytes.fromhex(body_hmac(BODY))).decode(), ""),
        (body_hmac(BODY, OLD_SECRET), ""),
        (body_hmac(BODY + b" "), "wrong"),
        (body_hmac(BODY, OTHER_SECRET), "wrong"),
        ("", "missing"),
    ],
)
def test_ekart_signs_the_body(doors: dict[str, Gate], given: str, expected: str) -> None:
    assert reason(doors["ekart"], {"x-ekart-signature": given}) == expected


def standard(at: datetime, signatures: str | None = None, message_id: str = "m") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": signatures or signature(BODY, message_id, stamp),
    }


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, ""), (-5, ""), (5, ""), (-5.1, "old"), (5.1, "old"), (-60 * 24 * 365, "old")],
)
def test_a_signed_time_may_differ_by_five_minutes(
    doors: dict[str, Gate], minutes: float, expected: str
) -> None:
    assert reason(doors["generic"], standard(NOW + timedelta(minutes=minutes))) == expected


def test_one_right_signature_among_several_is_enough(doors: dict[str, Gate]) -> None:
    right = standard(NOW)["webhook-signature"]
    assert reason(doors["generic"], standard(NOW, f"v1,AAAA {right} v1a,BBBB")) == ""
    assert reason(doors["generic"], standard(NOW, "v1,AAAA v1a,BBBB")) == "wrong"
    assert reason(doors["generic"], standard(NOW, right.replace("v1,", "v2,"))) == "wrong"


@pytest.mark.parametrize(
    "odd",
    [
        {"webhook-timestamp": "soon"}, {"webhook-timestamp": "9" * 5000}, {"webhook-timestamp": "١٢٣"},
        {"webhook-timestamp": "-1"}, {"webhook-id": "m" * 257},
    ],
)  # fmt: skip
def test_odd_headers_are_refused_and_break_nothing(doors: dict[str, Gate], odd: dict[str, str]) -> None:
    assert reason(doors["generic"], {**standard(NOW), **odd}) == "malformed"


@pytest.mark.parametrize("source", ["10.1.2.3", "192.0.2.1", "2001:db8::5"])
def test_a_source_within_the_networks_is_admitted(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SOURCES", "10.0.0.0/8, 192.0.2.1,2001:db8::/32")
    gate = gates(Settings())["delhivery"]
    gate.admit(source)
    for other in ("11.0.0.1", "192.0.2.2", "", None, "somewhere"):
        with pytest.raises(Turned, match="refused") as turned:
            gate.admit(other)
        assert turned.value.status == 403


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("NDR_DELHIVERY_WEBHOOK_SOURCES", "10.0.0.0/99", "NDR_DELHIVERY_WEBHOOK_SOURCES: expected networks"),
        ("NDR_GENERIC_WEBHOOK_SECRET", "whsec_short", "NDR_GENERIC_WEBHOOK_SECRET: expected whsec_"),
        ("NDR_GENERIC_WEBHOOK_SECRET", "not base64!", "NDR_GENERIC_WEBHOOK_SECRET: expected whsec_"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ReceiverError, match=message) as caught:
        gates(Settings())
    assert value not in str(caught.value)
