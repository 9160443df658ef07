"""Pushes to the receiver: in the order in which they come, again where nobody took them, given up like a courier does.

Times of the world are by the simulated clock; the patience between two tries is real, like the network's.
"""

from __future__ import annotations

import heapq
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import polars as pl

from couriers import registry
from settings import CourierSettings, courier_settings
from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Scan
from simulator.live.proving import proof
from simulator.live.world import Stories, World

_PATIENCE = 5.0
"""Seconds that a courier waits for an answer."""
_LONGEST_PAUSE = 30.0
_IDLE = 2.0
"""Seconds after which an idle connection is not used again: the receiver closes those at some time."""
_AGAIN = (429, 500, 502, 503, 504)


class Pusher:
    """Pushes what has come of a world since `since`.

    `done` counts pushes by what became of them: taken, lost, again (to be sent once more), given_up, refused, and
    changed: never sent, as the parcel's story is another one now.
    """

    def __init__(
        self, world: World, stories: Stories, since: datetime, clock: Callable[[], datetime], port: int
    ) -> None:
        self._news = world.pushed.with_row_index("number").filter(pl.col("received_at") > since)
        self._due = self._news["received_at"].to_list()
        self._next = 0
        self._stories, self._clock = stories, clock
        stories.due(since)
        self._waiting: list[tuple[float, int, str, bytes, int]] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        self._own: dict[str, CourierSettings] = {slug: courier_settings(slug) for slug in SPEAKERS}
        self._used_at = 0.0
        self.done: Counter[str] = Counter()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be sent again."""
        return not self._waiting

    def push_due(self, now: datetime) -> None:
        """Send all that is due at `now`, and what has waited long enough."""
        while self._next < len(self._due) and self._due[self._next] <= now:
            row = self._news.row(self._next, named=True)
            self._tell(row["number"], row, now)
            self._next += 1
        for number, scan in self._stories.due(now):
            self._tell(number, scan, now)
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, number, slug, body, tries = heapq.heappop(self._waiting)
            self._send(number, slug, body, tries)

    def _tell(self, number: int, scan: Scan, now: datetime) -> None:
        slug = scan["voice"]
        if not self._stories.happens(slug, scan):
            self.done["changed"] += 1
            return
        if scan["is_lost"]:
            self.done["lost"] += 1
            return
        said = SPEAKERS[slug].push(scan, self._stories.until(slug, scan["awb"], now))
        if said is not None:
            self._send(number, slug, json.dumps(said, ensure_ascii=False).encode(), 0)

    def _send(self, number: int, slug: str, body: bytes, tries: int) -> None:
        status = self._post(f"{slug}-{number}", slug, body)
        tries += 1
        if status == 200:
            self.done["taken"] += 1
        elif status not in (0, *_AGAIN):
            self.done["refused"] += 1
        elif tries >= SPEAKERS[slug].tries:
            self.done["given_up"] += 1
        else:
            self.done["again"] += 1
            pause = min(0.5 * 2 ** (tries - 1), _LONGEST_PAUSE)
            heapq.heappush(self._waiting, (time.monotonic() + pause, number, slug, body, tries))

    def _post(self, message_id: str, slug: str, body: bytes) -> int:
        """The status of one push; 0 where there was no answer."""
        webhook = registry()[slug].webhook
        assert webhook is not None, f"{slug} speaks and has no webhook"  # noqa: S101
        headers = {
            "Content-Type": "application/json",
            **proof(webhook, self._own[slug], body, message_id, self._clock()),
        }
        if time.monotonic() > self._used_at + _IDLE:
            self._connection.close()
        self._used_at = time.monotonic()
        try:
            self._connection.request("POST", f"/webhooks/{slug}", body, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0
        return answer.status
