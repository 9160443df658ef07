"""Whole rounds against real servers on loopback: limits, waits, hanging servers, restarts."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from couriers.tracking import Question
from ledger.database import open_ledger
from ledger.polls import last_polls, last_rounds
from poller.api import Api, Outcome
from settings import PROJECT_DIR, Settings
from tests import postgres
from tests.poller.conftest import Rounds, parcel, publish
from tests.poller.server import always, plain, serving


def test_a_round_asks_about_all_and_keeps_what_is_said_byte_for_byte(rounds: Rounds) -> None:
    publish(rounds.settings, [parcel(number) for number in range(7)])
    with serving(lambda number, _: (200, b'{"call": %d}  \n' % number, 0)) as server:
        (done,) = rounds.run(rounds.loop("delhivery", server.address, calls=9000, most_awbs=3))
    assert sorted(server.awbs) == [f"AW{number:05}" for number in range(7)]
    assert {call.path for call in server.calls} == {"/api/v1/packages/json/"}
    assert {call.headers["authorization"] for call in server.calls} == {"Token hush"}
    assert sorted(rounds.bodies()) == [b'{"call": %d}  \n' % number for number in range(len(server.calls))]
    assert (done.due, done.asked, done.calls, done.kept) == (7, 7, len(server.calls), len(server.calls))
    assert (done.waits, done.errors, done.share) == (0, 0, 1.0)
    assert last_rounds(rounds.ledger) == [done]


def test_the_same_answer_to_the_same_question_is_kept_once(rounds: Rounds) -> None:
    publish(rounds.settings, [parcel(number) for number in range(9)])
    with serving() as server:
        loop = rounds.loop("delhivery", server.address, calls=9000, most_awbs=3)
        (first,) = rounds.run(loop)
        (second,) = rounds.run(loop)
        server.answer = always(200, b"news")
        (third,) = rounds.run(loop)
    assert (first.kept, second.kept, third.kept) == (first.calls, 0, first.calls)
    assert (second.asked, second.calls) == (9, first.calls)


def test_no_more_calls_than_the_courier_allows_in_any_span(rounds: Rounds) -> None:
    """Measured at the server, over two pollers one after the other: the second one knows nothing of the first."""
    publish(rounds.settings, [parcel(number) for number in range(60)])
    with serving() as server:
        for began in (None, time.time() + 10):
            loop = rounds.loop("delhivery", server.address, calls=10, seconds=0.5, most_awbs=2)
            rounds.run(loop, began=began)
    assert len(server.calls) >= 60
    assert server.most_within(0.5) <= 10


def test_a_firewall_that_says_403_is_left_alone(rounds: Rounds) -> None:
    """And the question is asked again after the wait."""
    publish(rounds.settings, [parcel(number) for number in range(30)])

    def blocks(number: int, awbs: list[str]) -> tuple[int, bytes, float]:
        return (403, b"", 0) if number == 3 else plain(number, awbs)

    with serving(blocks) as server:
        loop = rounds.loop("delhivery", server.address, calls=1000, seconds=60, waits={403: 1}, most_awbs=2)
        (done,) = rounds.run(loop)
    times = [call.at for call in server.calls]
    blocked = times[3]
    # Calls that were under way when the answer came are not taken back.
    assert [at for at in times if blocked + 0.3 < at < blocked + 1.0] == []
    assert (done.due, done.asked, done.waits, done.errors) == (30, 30, 1, 0)


def test_a_wait_that_is_longer_than_the_period_ends_the_round(rounds: Rounds) -> None:
    publish(rounds.settings, [parcel(number) for number in range(30)])
    began = time.monotonic()
    with serving(always(403)) as server:
        loop = rounds.loop("delhivery", server.address, period=2.0, calls=1000, seconds=60, most_awbs=2)
        (done,) = rounds.run(loop)
        rounds.run(loop)
    assert time.monotonic() - began < 2
    assert len(server.calls) <= 4  # those that were under way together, and none in the second round
    assert (done.due, done.asked, done.share) == (30, 0, 0.0)


def test_a_server_that_hangs_holds_up_no_other_courier(rounds: Rounds) -> None:
    slow = [parcel(number) for number in range(20)]
    quick = [parcel(number, courier="shiprocket") for number in range(20)]
    publish(rounds.settings, [*slow, *quick])
    ended: dict[str, float] = {}

    def hangs(number: int, awbs: list[str]) -> tuple[int, bytes, float]:
        return 200, b"", 30.0

    def answers(number: int, awbs: list[str]) -> tuple[int, bytes, float]:
        ended["quick"] = time.monotonic()
        return plain(number, awbs) if awbs else (200, b'{"token": "a"}', 0)

    with serving(hangs) as hanging, serving(answers) as server:
        began = time.monotonic()
        slow_round, quick_round = rounds.run(
            rounds.loop("delhivery", hanging.address, period=1.5, calls=9000, most_awbs=2),
            rounds.loop("shiprocket", server.address, calls=9000, seconds=60, most_awbs=2),
        )
    assert ended["quick"] - began < 1.0
    assert (quick_round.asked, quick_round.errors) == (20, 0)
    assert (slow_round.due, slow_round.asked) == (20, 0)
    assert slow_round.errors >= 1
    assert {call.headers.get("authorization") for call in server.calls if call.awbs} == {"Bearer a"}
    assert sum(not call.awbs for call in server.calls) >= 1


def test_a_question_that_a_server_refuses_is_halved_until_one_parcel_stands_alone(rounds: Rounds) -> None:
    """The others are asked, and the one does not come first in every round."""
    publish(rounds.settings, [parcel(number) for number in range(8)])

    def refuses(number: int, awbs: list[str]) -> tuple[int, bytes, float]:
        return (422, b"no", 0) if "AW00005" in awbs else plain(number, awbs)

    with serving(refuses) as server:
        loop = rounds.loop("delhivery", server.address, calls=9000, most_awbs=8)
        (done,) = rounds.run(loop, began=time.time() - 299.5 + 60)
    assert (done.due, done.asked) == (8, 8)
    assert done.errors >= 1
    assert rounds.polled() == {f"AW{number:05}" for number in range(8)}
    assert b"no" not in rounds.bodies()
    assert [
        poll.digest for (_, awb), poll in last_polls(rounds.ledger, "delhivery").items() if awb == "AW00005"
    ] == [None]


def test_an_error_slows_down_and_is_not_asked_again_in_the_round(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poller.round._FIRST_PAUSE", 0.2)
    publish(rounds.settings, [parcel(number) for number in range(12)])
    with serving(lambda number, awbs: (500, b"", 0) if number == 0 else plain(number, awbs)) as server:
        (done,) = rounds.run(rounds.loop("delhivery", server.address, calls=9000, most_awbs=2))
    lost = set(server.calls[0].awbs)
    assert rounds.polled() == {f"AW{number:05}" for number in range(12)} - lost
    assert (done.due, done.asked, done.errors) == (12, 12 - len(lost), 1)


def test_a_fault_of_ours_costs_its_call_alone(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poller.round._FIRST_PAUSE", 0.2)
    publish(rounds.settings, [parcel(number) for number in range(12)])
    honest, lost = Api.ask, []

    async def breaks(api: Api, question: Question) -> Outcome:
        if not lost:
            lost.extend(question.awbs)
            raise ZeroDivisionError("AW00001")
        return await honest(api, question)

    monkeypatch.setattr(Api, "ask", breaks)
    with serving() as server:
        (done,) = rounds.run(rounds.loop("delhivery", server.address, calls=9000, most_awbs=2))
    assert rounds.polled() == {f"AW{number:05}" for number in range(12)} - set(lost)
    assert (done.due, done.asked, done.errors) == (12, 12 - len(lost), 1)
    assert rounds.said[0].endswith("(ZeroDivisionError)")


@pytest.mark.parametrize("odd", ["A" * 129, "A\x009"])
def test_an_awb_that_postgresql_never_takes_costs_no_other_its_note(
    settings: Settings, postgres_folder: str, odd: str
) -> None:
    """Loaded before the door refused such ones."""
    own = Settings(data_dir=settings.data_dir, ledger_url=postgres.database(postgres_folder))
    publish(own, [*(parcel(number) for number in range(9)), parcel(9, awb=odd)])
    ledger, runner = open_ledger(own), asyncio.Runner()
    with runner, serving() as server:
        rounds = Rounds(own, ledger, [], runner)
        (done,) = rounds.run(rounds.loop("delhivery", server.address, calls=9000, most_awbs=3))
        assert rounds.polled() == {f"AW{number:05}" for number in range(9)}
    ledger.close()
    assert (done.due, done.asked, done.errors) == (10, 10, 0)
    assert rounds.said[0].endswith("(RowRefused)")


POLLER = """
import sys
from tests.poller.conftest import Rounds
from ledger.database import open_ledger
from settings import get_settings
settings = get_settings()
rounds = Rounds(settings, open_ledger(settings), [])
rounds.run(rounds.loop("delhivery", sys.argv[1], calls=40, seconds=1, most_awbs=1), began=float(sys.argv[2]))
"""


def test_killed_in_the_middle_and_started_again_it_goes_on_with_the_others(
    rounds: Rounds, tmp_path: Path
) -> None:
    """Nothing that was asked before the kill and noted is asked again in the period, and nothing is left out."""
    publish(rounds.settings, [parcel(number) for number in range(60)])
    began = time.time()
    environment = {**os.environ, "NDR_DATA_DIR": str(tmp_path), "PYTHONPATH": str(PROJECT_DIR)}
    with serving() as server:
        command = [sys.executable, "-c", POLLER, server.address, str(began)]
        with subprocess.Popen(command, cwd=PROJECT_DIR, env=environment) as process:
            while len(server.calls) < 30 and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        before = rounds.polled()
        assert 8 <= len(before) < 60
        killed_at = len(server.calls)
        loop = rounds.loop("delhivery", server.address, calls=400, seconds=1, most_awbs=1)
        (done,) = rounds.run(loop, began=began)
    after = {awb for call in server.calls[killed_at:] for awb in call.awbs}
    assert after & before == set()
    assert after | before == {f"AW{number:05}" for number in range(60)}
    assert (done.due, done.asked) == (60, 60)
    # A receipt for every parcel: those of answers that were kept and not noted may be there twice.
    assert set(rounds.bodies()) >= {plain(0, [awb])[1] for awb in before | after}


def test_the_log_names_no_parcel_and_no_secret(rounds: Rounds, caplog: pytest.LogCaptureFixture) -> None:
    publish(rounds.settings, [parcel(number) for number in range(3)])
    caplog.set_level("WARNING")
    with serving(always(500, b"AW00001")) as server:
        rounds.run(rounds.loop("delhivery", server.address, period=0.5, calls=9000))
    (told,) = rounds.said
    assert "delhivery: asked 0 of 3 parcels due, keeps up with 0%; " in told
    assert told.endswith("(500)")
    assert not any(word in told + caplog.text for word in ("AW0", "hush", server.address))
