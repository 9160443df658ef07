"""Webhooks over real HTTP: who gets in, what is kept, what is answered."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger.database import Ledger
from ledger.errors import LedgerUnavailable
from ledger.progress import note_progress
from ledger.retention import Rule, archive_next
from ledger.tables import receipts
from ledger.wanted import bring_in_step
from receiver import health
from receiver.readiness import STANDS
from receiver.serve import _Lines
from settings import Settings
from tests import postgres
from tests.ledger.test_database import NOW
from tests.ledger.test_outbox import BUILD, ONE
from tests.receiver.conftest import Running
from tests.receiver.signing import (
    OLD_SECRET,
    OTHER_SECRET,
    SECRET,
    TOKENS,
    body_hmac,
    signature,
    signed,
    token_headers,
)  # fmt: skip

BODY = b'{"Shipment": {"AWB": "1", "Receivedby": "Asha"}}'


def tampered(body: bytes) -> dict[str, str]:
    return signed(body.replace(b"1", b"2"))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (signed, 200),
        (lambda body: signed(body, secret=OLD_SECRET), 200),
        (tampered, 401),
        (lambda body: signed(body, secret=OTHER_SECRET), 401),
        (lambda body: signed(body, age=301), 401),
        (lambda _: {}, 401),
    ],
    ids=["valid", "rotated", "tampered", "wrong secret", "old", "missing"],
)
def test_a_signed_message(
    receiver: Running, headers: Callable[[bytes], dict[str, str]], expected: int
) -> None:
    assert receiver.post("generic", BODY, headers(BODY)) == expected
    assert [row.body for row in receiver.kept()] == ([BODY] if expected == 200 else [])
    result = "received" if expected == 200 else "refused"
    assert receiver.counted() == {f"generic push {result}": 1}


@pytest.mark.parametrize("courier", TOKENS)
def test_a_token_in_the_header_or_the_address(receiver: Running, courier: str) -> None:
    """Right, the one before, wrong, missing; and in the URL."""
    assert receiver.post(courier, b'{"n": 1}', token_headers(courier)) == 200
    assert receiver.post(courier, b'{"n": 2}', token_headers(courier, OLD_SECRET)) == 200
    assert receiver.post(courier, b'{"n": 3}', token_headers(courier, OTHER_SECRET)) == 401
    assert receiver.post(courier, b'{"n": 4}') == 401
    assert receiver.post(f"{courier}?token={SECRET.replace('+', '%2B')}", b'{"n": 5}') == 200
    assert receiver.post(f"{courier}?token=guess", b'{"n": 6}') == 401
    assert [(row.courier, row.kind, row.body) for row in receiver.kept()] == [
        (courier, "push", b'{"n": %d}' % number) for number in (1, 2, 5)
    ]


def test_a_receipt_holds_the_bytes_and_no_secret(receiver: Running) -> None:
    odd = b'  {"name":\n"\xff\x00"}  '
    headers = {
        **token_headers("delhivery"),
        "Content-Type": "text/odd",
        "Cookie": "private",
        "User-Agent": "dlv",
    }
    assert receiver.post("delhivery", odd, headers) == 200
    (row,) = receiver.kept()
    assert (row.body, row.digest, row.source) == (odd, sha256(odd).hexdigest(), "127.0.0.1")
    assert row.headers == {"content-type": "text/odd", "user-agent": "dlv"}


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"\xff\x00", b'"text"', b"12", b'{"a": ', b"[" * 100_000, b"9" * 5000]
)
def test_what_is_authentic_is_kept_though_nobody_can_read_it(receiver: Running, body: bytes) -> None:
    assert receiver.post("shiprocket", body, token_headers("shiprocket")) == 200
    assert [row.body for row in receiver.kept()] == [body]
    assert receiver.counted() == {"shiprocket push unreadable": 1}


def test_documents_have_an_address_of_their_own_where_the_courier_sends_them(receiver: Running) -> None:
    assert receiver.post("delhivery/documents", b"{}", token_headers("delhivery")) == 200
    assert receiver.post("shiprocket/documents", b"{}", token_headers("shiprocket")) == 404
    assert [(row.courier, row.kind) for row in receiver.kept()] == [("delhivery", "document")]


def test_a_courier_that_does_not_push_has_no_address(receiver: Running) -> None:
    assert receiver.post("dtdc") == 404
    assert receiver.post("nobody") == 404
    assert receiver.ask("GET", "/webhooks/delhivery")[0] == 405
    assert receiver.counted() == {"unknown push refused": 2}


def test_a_second_try_is_acknowledged_and_kept_once_and_a_copy_is_refused(receiver: Running) -> None:
    """An honest sender signs each try with its own time; a copy has the very same."""
    first = signed(BODY, age=20)
    assert receiver.post("generic", BODY, first) == 200
    assert receiver.post("generic", BODY, signed(BODY)) == 200
    assert receiver.post("generic", BODY, first) == 409
    assert len(receiver.kept()) == 1
    assert receiver.counted() == {
        "generic push received": 1, "generic push repeated": 1, "generic push replayed": 1,
    }  # fmt: skip


def test_ekarts_message_is_told_by_its_body(receiver: Running) -> None:
    headers = {"X-Ekart-Signature": body_hmac(BODY)}
    assert [receiver.post("ekart", BODY, headers) for _ in range(2)] == [200, 200]
    assert receiver.post("ekart", BODY + b" ", headers) == 401
    assert len(receiver.kept()) == 1


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (body_hmac(BODY), 200),
        (body_hmac(BODY, OLD_SECRET), 200),
        (body_hmac(BODY.replace(b"1", b"2")), 401),
        (body_hmac(BODY, OTHER_SECRET), 401),
        (None, 401),
    ],
    ids=["valid", "rotated", "tampered", "wrong secret", "missing"],
)
def test_ekarts_signature(receiver: Running, signature: str | None, expected: int) -> None:
    """Over the body alone: there is no time in it that could be old."""
    headers = {"X-Ekart-Signature": signature} if signature else {}
    assert receiver.post("ekart", BODY, headers) == expected
    assert [row.body for row in receiver.kept()] == ([BODY] if expected == 200 else [])
    result = "received" if expected == 200 else "refused"
    assert receiver.counted() == {f"ekart push {result}": 1}


def test_ekarts_old_message_is_known_also_when_it_has_left_the_ledger(
    receiver: Running, tmp_path: Path
) -> None:
    headers = {"X-Ekart-Signature": body_hmac(BODY)}
    assert receiver.post("ekart", BODY, headers) == 200
    (row,) = receiver.kept()
    rule = Rule(tmp_path / "archive", row.received_at + timedelta(seconds=1), row.id)
    assert archive_next(receiver.ledger, rule, row.received_at) is not None
    assert receiver.post("ekart", BODY, headers) == 200
    assert receiver.kept() == []
    assert receiver.counted() == {"ekart push received": 1, "ekart push repeated": 1}


def test_a_failed_write_keeps_it_unready_until_a_real_one_works(
    receiver: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bound that the disk's free space does not show, like a quota, shows when something is committed."""

    def full(*_: object) -> None:
        raise LedgerUnavailable("the ledger cannot be used: disk full")

    with monkeypatch.context() as patch:
        patch.setattr("ledger.writer.keep", full)
        assert receiver.post("delhivery", BODY, token_headers("delhivery")) == 503
    trials: list[str] = []
    sa.event.listen(receiver.ledger.engine, "commit", lambda _: trials.append("commit"))
    assert receiver.ask("GET", "/readyz")[0] == 200
    assert trials == ["commit", "commit"]  # the trial, and its removal
    assert receiver.ask("GET", "/readyz")[0] == 200
    assert trials == ["commit", "commit"]
    assert receiver.kept() == []


def test_a_sender_who_changes_its_secret_signs_with_both(receiver: Running) -> None:
    headers = signed(BODY, secret=OTHER_SECRET)
    ours = signature(BODY, headers["webhook-id"], headers["webhook-timestamp"])
    headers["webhook-signature"] += f" {ours}"
    assert receiver.post("generic", BODY, headers) == 200


def test_too_large_a_body_is_refused_announced_or_not(start: Callable[..., Running]) -> None:
    receiver = start(push_max_kb=1, document_max_kb=2)
    headers = token_headers("delhivery")

    def chunks() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x" * 512

    assert receiver.post("delhivery", b"x" * 1024, headers) == 200
    assert receiver.post("delhivery", b"x" * 1025, headers) == 413
    assert receiver.ask("POST", "/webhooks/delhivery", chunks(), headers)[0] == 413
    assert receiver.post("delhivery/documents", b"x" * 2048, headers) == 200
    assert receiver.post("delhivery/documents", b"x" * 2049, headers) == 413
    assert [len(row.body) for row in receiver.kept()] == [1024, 2048]


def test_a_strangers_body_is_not_read(start: Callable[..., Running]) -> None:
    """Refused before the limit of size is looked at."""
    assert start(push_max_kb=1).post("delhivery", b"x" * 5000) == 401


def test_more_than_the_rate_is_told_to_wait(start: Callable[..., Running]) -> None:
    receiver = start(receiver_rate=1)
    headers = token_headers("delhivery")
    answers = [receiver.post("delhivery", b"{}", headers) for _ in range(6)]
    assert answers[:2] == [200, 200]
    assert 429 in answers
    assert len(receiver.kept()) == answers.count(200)
    assert receiver.post("shiprocket", b"{}", token_headers("shiprocket")) == 200  # each courier has its own


def test_a_source_outside_the_networks_is_refused(
    start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDR_DELHIVERY_WEBHOOK_SOURCES", "10.0.0.0/8")
    receiver = start()
    assert receiver.post("delhivery", b"{}", token_headers("delhivery")) == 403
    assert receiver.kept() == []


def limit_pages(ledger: Ledger, pages: int) -> None:
    """No connection may let the file grow beyond so many pages, as if the disk ended there."""
    sa.event.listen(ledger.engine, "connect", lambda one, _: one.execute(f"pragma max_page_count = {pages}"))
    ledger.engine.dispose()


def test_a_full_disk_is_answered_with_503_and_nothing_acknowledged_is_lost(
    receiver: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with receiver.ledger.read() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar()
    limit_pages(receiver.ledger, pages + 60)
    headers, acknowledged, answers = token_headers("delhivery"), [], []
    for number in range(60):
        body = b'{"number": %d, "fill": "%s"}' % (number, b"x" * 20_000)
        answers.append(receiver.post("delhivery", body, headers))
        if answers[-1] == 200:
            acknowledged.append(body)
    assert set(answers) == {200, 503}
    assert [row.body for row in receiver.kept()] == acknowledged
    status, told = receiver.ask("GET", "/readyz")
    assert (status, told["status"]) == (503, "not ready")
    assert told["problems"] == ["the ledger cannot be used"]
    (logged,) = [record for record in caplog.records if record.getMessage() == "not ready"]
    assert "full" in logged.fields["problems"][0]  # type: ignore[attr-defined]
    assert receiver.ask("GET", "/livez")[0] == 200
    limit_pages(receiver.ledger, 1_000_000)
    time.sleep(STANDS)
    assert receiver.ask("GET", "/readyz") == (200, {"status": "ready", "problems": []})
    assert receiver.post("delhivery", b"{}", headers) == 200


def test_ready_tries_the_ledger_and_leaves_nothing_in_it(receiver: Running) -> None:
    assert receiver.ask("GET", "/readyz") == (200, {"status": "ready", "problems": []})
    assert receiver.kept() == []


def test_however_often_it_is_asked_the_ledger_is_tried_once_a_second(
    receiver: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiver.readiness.STANDS", 60.0)
    trials: list[str] = []
    sa.event.listen(receiver.ledger.engine, "rollback", lambda _: trials.append("trial"))
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(lambda _: receiver.ask("GET", "/readyz")[0], range(40)))
    assert answers == [200] * 40
    assert trials == ["trial"]


def test_what_a_database_says_of_itself_stays_in_the_log(
    receiver: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = 'the ledger cannot be used: connection to server at "10.0.0.7" failed for user "ndr"'
    monkeypatch.setattr("receiver.readiness.problems", lambda *_, **__: [said])
    assert receiver.ask("GET", "/readyz") == (
        503,
        {"status": "not ready", "problems": ["the ledger cannot be used"]},
    )
    assert [record.fields["problems"] for record in caplog.records if hasattr(record, "fields")] == [[said]]


def test_strangers_together_hold_no_more_than_a_budget(
    start: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one's body comes, another's finds no room; what is proven first needs none of it."""
    monkeypatch.setattr("receiver.app.MOST_UNPROVEN", 1)
    receiver = start(push_max_kb=1)
    body = b'{"fill": "%s"}' % (b"x" * 300)
    with socket.create_connection(("127.0.0.1", receiver.port)) as stranger:
        stranger.sendall(
            b"POST /webhooks/generic HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + b"x" * 900
        )
        time.sleep(0.3)
        assert receiver.post("generic", body, signed(body)) == 503
        assert receiver.post("delhivery", body, token_headers("delhivery")) == 200
    time.sleep(0.3)
    assert receiver.post("generic", body, signed(body)) == 200
    counted = receiver.counted()
    assert counted["generic push limited"] == counted["generic push broken_off"] == 1


def test_too_little_free_disk_is_not_ready_and_still_takes(start: Callable[..., Running]) -> None:
    receiver = start(least_free_mb=10**9)
    status, told = receiver.ask("GET", "/readyz")
    assert status == 503
    assert "NDR_LEAST_FREE_MB" in told["problems"][0]
    assert receiver.post("delhivery", b"{}", token_headers("delhivery")) == 200


def test_a_fault_of_ours_is_counted_and_told_by_its_type_alone(
    receiver: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Asha")

    monkeypatch.setattr("ledger.writer.keep", broken)
    assert receiver.post("delhivery", BODY, token_headers("delhivery")) == 500
    assert receiver.counted() == {"delhivery push failed": 1}
    assert "Asha" not in caplog.text


def test_the_log_names_no_sender_and_no_content(receiver: Running, caplog: pytest.LogCaptureFixture) -> None:
    """A line a request that was not simply taken, as JSON."""
    caplog.set_level(logging.DEBUG)
    receiver.post("delhivery?token=guess-of-a-stranger", BODY)
    receiver.post("delhivery", b"Asha", token_headers("delhivery"))
    receiver.post("delhivery", BODY, token_headers("delhivery"))
    records = [record for record in caplog.records if record.name == "receiver"]
    lines = [json.loads(_Lines().format(record)) for record in records]
    assert [(line["courier"], line["result"], line["reason"]) for line in lines] == [
        ("delhivery", "refused", "wrong"), ("delhivery", "unreadable", ""), ("delhivery", "received", ""),
    ]  # fmt: skip
    told = json.dumps(lines)
    for secret in ("Asha", "guess-of-a-stranger", SECRET, "127.0.0.1"):
        assert secret not in told


def test_the_metrics_say_how_commits_are_grouped_and_what_waits(receiver: Running) -> None:
    receiver.post("delhivery", BODY, token_headers("delhivery"))
    text = receiver.metrics()
    assert "ndr_ledger_commit_receipts_count 1.0" in text
    assert "ndr_ledger_waiting 0.0" in text
    assert "ndr_webhook_answer_seconds_count 1.0" in text
    assert "ndr_disk_free_bytes" in text


def test_the_metrics_say_how_far_the_warehouse_is_behind(receiver: Running) -> None:
    for _ in range(2):
        receiver.post("delhivery", BODY, token_headers("delhivery"))
    text = receiver.metrics()
    assert "ndr_receipts_to_load 2.0" in text
    lag = next(
        float(line.split()[1]) for line in text.splitlines() if line.startswith("ndr_ingest_lag_seconds ")
    )
    assert 0 < lag < 60
    note_progress(receiver.ledger, receiver.kept()[-1].id, 1, receiver.kept()[-1].received_at)
    text = receiver.metrics()
    assert "ndr_receipts_to_load 0.0" in text
    assert "ndr_ingest_lag_seconds 0.0" in text
    assert "ndr_receipts_quarantined 1.0" in text


def test_the_metrics_say_how_orders_to_couriers_are(receiver: Running) -> None:
    assert "ndr_orders_stuck{" not in receiver.metrics()
    bring_in_step(receiver.ledger, BUILD, [ONE], NOW)
    text = receiver.metrics()
    assert 'ndr_orders{state="waiting"} 1.0' in text
    assert 'ndr_orders_stuck{courier="delhivery"} 1.0' in text
    assert "ndr_orders_to_ask_about 0.0" in text and "ndr_orders_refused_day 0.0" in text


def test_a_ledger_on_postgresql_takes_webhooks_too(
    start: Callable[..., Running], postgres_folder: str
) -> None:
    receiver = start(ledger_url=postgres.database(postgres_folder))
    odd = b"\xff\x00 not json"
    assert receiver.post("delhivery", odd, token_headers("delhivery")) == 200
    first = signed(BODY)
    assert [receiver.post("generic", BODY, first) for _ in range(2)] == [200, 409]
    odd_source = {**token_headers("delhivery"), "X-Forwarded-For": "x" * 500}
    assert receiver.post("delhivery", b"{}", odd_source) == 200
    assert [row.body for row in receiver.kept()] == [odd, BODY, b"{}"]
    assert receiver.ask("GET", "/readyz") == (200, {"status": "ready", "problems": []})


@pytest.mark.parametrize("is_doubtful", [True, False])
def test_a_trial_that_was_killed_is_removed_by_the_next(
    receiver: Running, tmp_path: Path, is_doubtful: bool
) -> None:
    with receiver.ledger.write() as connection:
        connection.execute(sa.insert(receipts).values(health._TRIAL.row))
    assert health.problems(Settings(data_dir=tmp_path), receiver.ledger, is_doubtful=is_doubtful) == []
    assert receiver.kept() == []
