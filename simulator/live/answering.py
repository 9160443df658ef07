"""The couriers' tracking APIs on loopback: a path for each, `/<courier>/...`, and its own limit of calls."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from simulator.couriers import SPEAKERS
from simulator.couriers.speaking import Answer, Asked
from simulator.live.world import Stories

_LARGEST = 1 << 20


class Desk:
    """Answers for all couriers; `counted` says how many calls each had."""

    def __init__(self, stories: Stories, clock: Callable[[], datetime]) -> None:
        self._stories, self._clock = stories, clock
        self._calls: dict[str, deque[float]] = {slug: deque() for slug in SPEAKERS}
        self._lock = threading.Lock()
        self.counted = dict.fromkeys(SPEAKERS, 0)

    def answer(self, slug: str, asked: Asked) -> Answer:
        """The courier's answer; 404 for a courier that cannot be asked."""
        speaker = SPEAKERS.get(slug)
        if speaker is None or speaker.answer is None:
            return 404, {"message": "no such courier"}
        if self._is_too_many(slug):
            return speaker.calls[2] if speaker.calls else 429, {"message": "too many calls"}
        return speaker.answer(asked, lambda awb: self._stories.until(slug, awb, self._clock()))

    def _is_too_many(self, slug: str) -> bool:
        limit = SPEAKERS[slug].calls
        with self._lock:
            self.counted[slug] += 1
            if limit is None:
                return False
            calls, now = self._calls[slug], time.monotonic()
            while calls and calls[0] < now - limit[1]:
                calls.popleft()
            # A call that is turned away counts too: whoever goes on asking is never heard.
            calls.append(now)
            return len(calls) > limit[0]


@contextmanager
def served(desk: Desk, port: int) -> Iterator[int]:
    """Serve on loopback until the end of the block; gives the port (a free one for 0)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply("GET", b"")

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._reply("POST", self.rfile.read(min(length, _LARGEST)))

        def _reply(self, method: str, body: bytes) -> None:
            parts = urlsplit(self.path)
            slug, _, rest = parts.path.lstrip("/").partition("/")
            asked = Asked(method, f"/{unquote(rest)}", dict(parse_qsl(parts.query)), body)
            status, said = desk.answer(slug, asked) if slug else (200, {"couriers": sorted(SPEAKERS)})
            text = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_said: Any) -> None:
            """Nothing: the log says how many calls there were."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
