"""Receipts: byte for byte, in order, each message once, in groups that are whole or not there."""

from __future__ import annotations

from concurrent.futures import wait
from hashlib import sha256

import pytest

from ledger.database import Ledger
from ledger.errors import LedgerBusy, LedgerUnavailable, RowRefused
from ledger.receipts import after, keep
from ledger.writer import Writer
from tests.ledger.test_database import NOW, receipt


def test_what_is_kept_is_what_came(ledger: Ledger) -> None:
    body = bytes(range(256)) * 3
    (kept,) = keep(ledger, [receipt(body, headers={"content-type": "text/plain"}, source="10.0.0.1")])
    (row,) = after(ledger, 0, 10)
    assert row._asdict() == {
        "id": kept.id, "courier": "delhivery", "kind": "push", "message_id": None, "received_at": NOW,
        "source": "10.0.0.1", "headers": {"content-type": "text/plain"}, "digest": sha256(body).hexdigest(),
        "body": body,
    }  # fmt: skip


def test_readers_go_on_after_their_position(ledger: Ledger) -> None:
    kept = keep(ledger, [receipt(b"%d" % number) for number in range(5)])
    assert [one.id for one in kept] == sorted({one.id for one in kept})
    assert [row.body for row in after(ledger, kept[1].id, 2)] == [b"2", b"3"]
    assert after(ledger, kept[4].id, 2) == []


def test_a_message_is_kept_once_and_its_first_headers_answer(ledger: Ledger) -> None:
    """Within one group, and in a later one; another courier's message of the same name is another."""
    first, copy, other, none = (
        receipt(b"1", message_id="m", headers={"at": "1"}),
        receipt(b"2", message_id="m", headers={"at": "2"}),
        receipt(b"3", message_id="m", courier="ekart"),
        receipt(b"4"),
    )
    kept = keep(ledger, [first, copy, other, none])
    later = keep(ledger, [copy])
    assert [one.is_new for one in (*kept, *later)] == [True, False, True, True, False]
    assert {one.id for one in (kept[0], kept[1], *later)} == {kept[0].id}
    assert [one.headers for one in (kept[1], *later)] == [{"at": "1"}, {"at": "1"}]
    assert [row.body for row in after(ledger, 0, 10)] == [b"1", b"3", b"4"]


def test_the_writer_answers_each_caller_after_the_commit(ledger: Ledger) -> None:
    sizes: list[int] = []
    writer = Writer(ledger, on_commit=sizes.append)
    futures = [writer.submit(receipt(b"%d" % number)) for number in range(300)]
    for number, future in enumerate(futures):
        kept = future.result(10)
        assert [row.body for row in after(ledger, kept.id - 1, 1)] == [b"%d" % number]
    writer.close()
    assert sum(sizes) == 300
    assert len(sizes) < 300, "commits were not grouped"


def test_closing_keeps_what_waits_and_takes_no_more(ledger: Ledger) -> None:
    writer = Writer(ledger)
    futures = [writer.submit(receipt()) for _ in range(50)]
    writer.close()
    assert all(future.done() for future in futures)
    assert len(after(ledger, 0, 100)) == 50
    with pytest.raises(LedgerBusy):
        writer.submit(receipt())


def test_a_row_that_is_never_taken_costs_the_others_nothing(ledger: Ledger) -> None:
    writer = Writer(ledger)
    with ledger.write():  # so that all three wait for one group
        futures = [writer.submit(one) for one in (receipt(b"1"), receipt(courier=None), receipt(b"2"))]
        assert not wait(futures, timeout=0.2).done
    writer.close()
    assert isinstance(futures[1].exception(10), RowRefused)
    assert [row.body for row in after(ledger, 0, 10)] == [b"1", b"2"]


def test_a_caller_who_gave_up_stops_nobody(ledger: Ledger) -> None:
    writer = Writer(ledger)
    with ledger.write():
        writer.submit(receipt(b"held back by the open transaction"))
        given_up, waiting = writer.submit(receipt(b"1")), writer.submit(receipt(b"2"))
        given_up.cancel()
    assert waiting.result(10).is_new
    writer.close()


def test_too_much_waiting_is_refused(ledger: Ledger) -> None:
    writer = Writer(ledger, most_waiting=3)
    refused = 0
    with ledger.write():
        for _ in range(10):
            try:
                writer.submit(receipt(b"kept"))
            except LedgerBusy:
                refused += 1
    writer.close()
    assert refused >= 6  # the group in the writer's hands and three more
    assert len(after(ledger, 0, 100)) == 10 - refused


def test_after_a_failure_the_writer_says_why_and_goes_on(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(ledger)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise LedgerUnavailable("the disk is full")

        patch.setattr("ledger.writer.keep", full)
        with pytest.raises(LedgerUnavailable, match="the disk is full"):
            writer.submit(receipt()).result(10)
        assert writer.last_error == "the disk is full"
    assert writer.submit(receipt()).result(10).is_new
    assert writer.last_error is None
    writer.close()
