"""The live world beside the same world as files: what it tells by every door is what happened, and nothing else."""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from couriers import registry
from receiver.gates import gates
from settings import Settings, courier_settings
from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Asked
from simulator.knowing import known_at
from simulator.live.answering import Desk
from simulator.live.filing import file_news
from simulator.live.proving import proof
from simulator.live.pushing import Pusher
from simulator.live.telling import Teller
from simulator.live.world import Stories, World, live_world
from simulator.serving import served
from tests.simulator.live import END, MADE, SINCE, WATCHED, ask_about, give_secrets, watched

KEY = ["awb", "via", "scanned_at"]
ASKED = [slug for slug, speaker in SPEAKERS.items() if speaker.answer]
#: Couriers whose pushes tell the time to the minute.
TO_THE_MINUTE = ["xpressbees", "bluedart"]


@pytest.fixture(scope="module")
def world() -> World:
    return live_world(1200, **MADE, end=END)


def _news(world: World, until: Any = WATCHED) -> pl.DataFrame:
    return world.pushed.filter(pl.col("received_at") > SINCE, pl.col("received_at") <= until)


def _read(bodies: dict[str, list[str]], *, is_push: bool) -> pl.DataFrame:
    """The scans in bodies, by courier."""
    found = []
    for slug, texts in bodies.items():
        reader = registry()[slug].push_reader if is_push else registry()[slug].track_reader
        assert reader is not None
        result = reader(pl.Series(texts, dtype=pl.String))
        assert result.rejected.is_empty()
        found.append(result.rows.with_columns(voice=pl.lit(slug)))
    return pl.concat(found)


def test_what_is_pushed_until_an_instant_is_what_was_learnt_by_then(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, each with a body that its courier's reader takes, and of what was lost or is to come nothing; but
    Shiprocket, which tells the whole story each time."""
    give_secrets(monkeypatch)
    with watched(tmp_path, world) as (_, teller, receiver):
        kept = receiver.kept()
    news = _news(world)
    silent = news.filter(pl.col("is_lost")).height
    assert silent > 0
    assert teller.pusher.done["lost"] == silent
    # Ekart signs the body alone: the very same one again is known, and not kept twice.
    said = [name for name in news.columns if name != "received_at"]
    again = news.filter(
        ~pl.col("is_lost") & (pl.col("voice") == "ekart") & ~pl.struct(said).is_first_distinct()
    )
    assert teller.pusher.done["taken"] == len(kept) + again.height > 100
    heard = {receipt.courier for receipt in kept}
    assert heard == set(news.filter(~pl.col("is_lost"))["voice"]) and len(heard) > 4
    bodies: dict[str, list[str]] = {}
    for receipt in kept:
        bodies.setdefault(receipt.courier, []).append(receipt.body.decode())
    told = _read(bodies, is_push=True)
    assert told["scanned_at"].max() <= WATCHED
    own = told.filter(pl.col("voice") != "shiprocket")
    at = pl.col("scanned_at")
    expected = news.join(again, on=news.columns, how="anti", nulls_equal=True)
    expected = expected.filter(~pl.col("is_lost"), pl.col("voice") != "shiprocket").with_columns(
        pl.when(pl.col("voice").is_in(TO_THE_MINUTE)).then(at.dt.truncate("1m")).otherwise(at)
    )
    assert own.height == expected.height
    assert own.join(expected, on=KEY, how="anti", nulls_equal=True).is_empty()
    assert expected.join(own, on=KEY, how="anti", nulls_equal=True).is_empty()


def test_what_push_lost_is_in_the_answers(world: World) -> None:
    """And nothing that has not happened yet, and every scan once."""
    lost = _news(world).filter(pl.col("is_lost"), pl.col("voice").is_in(ASKED))
    desk = Desk(Stories(world), lambda: WATCHED)
    bodies: dict[str, list[str]] = {}
    for voice, awb in lost.select("voice", "awb").unique().rows():
        status, said = desk.answer(voice, ask_about(voice, awb))
        assert status == 200
        bodies.setdefault(voice, []).append(json.dumps(said))
    answered = _read(bodies, is_push=False).with_columns(minute=pl.col("scanned_at").dt.truncate("1m"))
    minutes = lost.with_columns(minute=pl.col("scanned_at").dt.truncate("1m"))
    assert minutes.join(answered, on=["awb", "minute"], how="anti").is_empty()
    assert answered["scanned_at"].max() <= WATCHED
    assert answered.group_by("awb", "native_code", "minute").len()["len"].max() == 1


def test_files_have_what_nobody_pushes(world: World, tmp_path: Path) -> None:
    """In two deliveries the same as in one; a row that grew comes again."""
    half = SINCE + timedelta(days=1)
    for since, until in ((SINCE, half), (half, WATCHED)):
        file_news(world, tmp_path, since, until)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    for name, frame in world.files.items():
        before, after = (known_at(name, frame, at) for at in (SINCE, WATCHED))
        if name in ("courier_actions", "messages"):
            after, before = after.unique(after.columns[0]), before.unique(before.columns[0])
        rows = sum(len(path.read_text().splitlines()) for path in tmp_path.glob(f"{name}-*.live.ndjson"))
        assert rows >= after.height - before.height, name
        if name == "shipments":
            assert rows == after.height - before.height > 0


@contextmanager
def answering(statuses: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """A receiver that answers with these statuses, then with 200; its port, and the addresses that were asked."""
    left, asked = list(statuses), []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            self.send_response(left.pop(0) if left else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1]), asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("slug", "statuses", "done"),
    [
        ("shadowfax", [503, 429], {"again": 2, "taken": 1}),
        ("delhivery", [503], {"again": 1, "taken": 1}),
        ("delhivery", [503, 503], {"again": 1, "given_up": 1}),
        ("clickpost", [401], {"refused": 1}),
    ],
)
def test_couriers_try_again_as_long_as_they_do(
    world: World, slug: str, statuses: list[int], done: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.live.pushing._LONGEST_PAUSE", 0.01)
    one = replace(world, pushed=_news(world).filter(~pl.col("is_lost"), pl.col("voice") == slug).head(1))
    with answering(statuses) as (port, asked):
        pusher = Pusher(one, Stories(world), SINCE, lambda: WATCHED, port)
        pusher.push_due(SINCE)
        assert not asked
        while not (pusher.done and pusher.is_idle):
            pusher.push_due(WATCHED)
    assert dict(pusher.done) == done
    assert asked == [f"/webhooks/{slug}"] * (len(statuses) + done.get("taken", 0))


def test_a_receiver_that_is_away_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.live.pushing._LONGEST_PAUSE", 0.01)
    one = replace(
        world, pushed=_news(world).filter(~pl.col("is_lost"), pl.col("voice") == "clickpost").head(1)
    )
    with answering([]) as (port, _):
        pass
    pusher = Pusher(one, Stories(world), SINCE, lambda: WATCHED, port)
    pusher.push_due(WATCHED)
    assert dict(pusher.done) == {"again": 1} and not pusher.is_idle


def test_what_waits_to_be_sent_again_is_not_noted_as_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.live.pushing._LONGEST_PAUSE", 0.01)
    one = replace(
        world, pushed=_news(world).filter(~pl.col("is_lost"), pl.col("voice") == "shadowfax").head(1)
    )
    with answering([503]) as (port, asked):
        settings = Settings(data_dir=tmp_path, receiver_port=port)
        teller = Teller(settings, one, Stories(world), SINCE, tmp_path / "live.json")
        teller.step(WATCHED)
        assert (len(asked), teller.pushed_until) == (1, SINCE)
        while not teller.pusher.is_idle:
            teller.step(WATCHED)
    assert (len(asked), teller.pushed_until) == (2, WATCHED)
    again = Teller(settings, one, Stories(world), SINCE, tmp_path / "live.json")
    assert (again.pushed_until, again.filed_until) == (WATCHED, WATCHED)


@pytest.mark.parametrize("slug", sorted(slug for slug, one in registry().items() if one.webhook))
def test_every_way_of_proving_opens_its_gate(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    give_secrets(monkeypatch)
    webhook, gate = registry()[slug].webhook, gates(Settings())[slug]
    assert webhook is not None
    headers = proof(webhook, courier_settings(slug), b"{}", "msg-1", WATCHED)
    gate.check({name.lower(): value for name, value in headers.items()}, None, b"{}", WATCHED)


def test_tracking_is_answered_on_loopback_within_the_couriers_limits(world: World) -> None:
    desk = Desk(Stories(world), lambda: WATCHED)
    awb = world.pushed.filter(pl.col("voice") == "delhivery", pl.col("received_at") < SINCE)["awb"][0]
    path = f"/api/v1/packages/json/?waybill={awb},NOBODY"
    with served(desk.answer, 0) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

        def ask(address: str) -> tuple[int, Any]:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        status, said = ask(f"/delhivery{path}")
        assert status == 200
        assert [one["Shipment"]["AWB"] for one in said["ShipmentData"]] == [awb]
        assert ask("/nobody/")[0] == 404
        assert ask("/")[0] == 200
        for _ in range(749):
            desk.answer("delhivery", Asked("GET", "/api/v1/packages/json/", {"waybill": "X"}))
        assert ask(f"/delhivery{path}")[0] == 403
        connection.close()
