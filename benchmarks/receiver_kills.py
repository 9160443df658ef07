"""The receiver is ended by kill -9 again and again while couriers post: what it acknowledged is published once.

As couriers do, a poster sends an event again until it is acknowledged. What was sent once must be in the ledger once,
what was sent again at most as often as it was sent; in what is published each is there once.
"""

from __future__ import annotations

import http.client
import itertools
import json
import random
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.commands import done
from benchmarks.receivers import Receiver, post
from ledger.database import open_ledger
from ledger.receipts import after
from settings import IST, Settings

POSTERS = 8


@dataclass
class Posters:
    """Threads that post events with rising numbers; `tries` of each event, `acknowledged` in order."""

    port: int
    tries: Counter[int] = field(default_factory=Counter)
    acknowledged: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._is_over = threading.Event()
        self._at = datetime.now(IST) - timedelta(hours=1)
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(POSTERS)]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Let each have its last event acknowledged."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self._is_over.is_set():
            number = next(self._numbers)
            while not self._is_taken(connection, number):
                connection.close()
                time.sleep(0.01)
            self.acknowledged.append(number)
        connection.close()

    def _is_taken(self, connection: http.client.HTTPConnection, number: int) -> bool:
        status = b'{"Status": "Pending", "StatusType": "UD", "StatusDateTime": "%s"}'
        told = status % f"{self._at:%Y-%m-%dT%H:%M:%S}".encode()
        body = b'{"Shipment": {"AWB": "%d", "NSLCode": "EOD-11", "Status": %s}}' % (number, told)
        try:
            if connection.sock is None:
                connection.connect()
        except OSError:
            return False  # not sent
        self.tries[number] += 1
        try:
            return post(connection, "delhivery", body) == 200
        except (OSError, http.client.HTTPException):
            return False


def prove_receiver(folder: Path, points: int) -> bool:
    """Kill the receiver at random points, then load and build; prints what became of the events."""
    data = folder / "received"
    chance, began = random.Random(points), time.monotonic()
    with Receiver(data) as receiver:
        posters = Posters(receiver.port)
        for number in range(points):
            before = len(posters.acknowledged)
            receiver.start()
            # Some are killed before they are up: while they migrate, recover or bind.
            is_under_load = chance.random() < 0.9
            while is_under_load and len(posters.acknowledged) == before:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.3))
            receiver.end(signal.SIGKILL)
            sys.stdout.write(f"\rkill {number + 1:,} of {points:,}")
            sys.stdout.flush()
        receiver.start()
        posters.finish()
        receiver.end(signal.SIGTERM)
    seconds = time.monotonic() - began
    again = sum(tries > 1 for tries in posters.tries.values())
    sys.stdout.write(f"\nreceiver: {points:,} kills in {seconds:,.0f} s, {again:,} events were sent again\n")
    is_kept = _is_kept(data, posters)
    done(data, "build")
    return _is_published(data, posters) and is_kept


def _is_kept(data: Path, posters: Posters) -> bool:
    ledger, copies, position = open_ledger(Settings(data_dir=data)), Counter[int](), 0
    while rows := after(ledger, position, 10_000):
        copies.update(int(json.loads(row.body)["Shipment"]["AWB"]) for row in rows)
        position = rows[-1].id
    ledger.close()
    lost = [number for number in posters.acknowledged if not copies[number]]
    doubled = [number for number, found in copies.items() if found > posters.tries[number]]
    sys.stdout.write(
        f"ledger: {len(posters.acknowledged):,} events acknowledged, {len(lost)} lost, {len(doubled)} more often there"
        " than sent\n"
    )
    return not lost and not doubled


def _is_published(data: Path, posters: Posters) -> bool:
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        found = dict(
            connection.execute(
                "select awb::bigint, count(*) from marts.fct_ndr_cases left join marts.fct_case_events"
                " using (case_id) where lane = 'courier' or lane is null group by all"
            ).fetchall()
        )
    missing = [number for number in posters.acknowledged if number not in found]
    twice = [number for number, events in found.items() if events != 1]
    sys.stdout.write(
        f"published: {len(found):,} events, {len(missing)} acknowledged ones missing, {len(twice)} there twice\n"
    )
    return not missing and not twice and len(found) == len(posters.tries)
