"""A courier's server on loopback, in a thread: it notes when each call came, and answers as a test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: From the number of the call (0 is the first) and its AWBs to a status, a body and seconds to wait before it.
Answer = Callable[[int, list[str]], tuple[int, bytes, float]]


@dataclass(frozen=True)
class Call:
    """One call as it arrived: `at` in monotonic seconds."""

    at: float
    path: str
    awbs: list[str]
    headers: dict[str, str]


def plain(_number: int, awbs: list[str]) -> tuple[int, bytes, float]:
    """What a server without news says: the same for the same parcels."""
    return 200, json.dumps({"told": awbs}).encode(), 0.0


def always(status: int, body: bytes = b"") -> Answer:
    """The same to every call."""
    return lambda _number, _awbs: (status, body, 0.0)


@dataclass
class CourierServer:
    """A running server: its address and what it was asked."""

    answer: Answer = plain
    calls: list[Call] = field(default_factory=list)
    address: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def awbs(self) -> list[str]:
        """All AWBs that were asked about, in order."""
        return [awb for call in self.calls for awb in call.awbs]

    def most_within(self, seconds: float) -> int:
        """The most calls that arrived within so many seconds."""
        times = sorted(call.at for call in self.calls)
        return max(sum(start <= one < start + seconds for one in times) for start in times)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._take(self.path)

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        self._take(self.path, self.rfile.read(length))

    def _take(self, path: str, body: bytes = b"") -> None:
        world: CourierServer = self.server.world  # type: ignore[attr-defined]
        asked = parse_qs(urlsplit(path).query).get("waybill", [""])[0]
        given = json.loads(body).get("awbs", []) if body.startswith(b"{") else []
        awbs = [awb for awb in asked.split(",") if awb] or given
        headers = {name.lower(): value for name, value in self.headers.items()}
        with world_lock:
            number = len(world.calls)
            world.calls.append(Call(time.monotonic(), urlsplit(path).path, awbs, headers))
        status, text, seconds = world.answer(number, awbs)
        if seconds:
            world.released.wait(seconds)
        try:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        except OSError:
            pass  # whoever asked has given up

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""


world_lock = threading.Lock()


@contextmanager
def serving(answer: Answer = plain) -> Iterator[CourierServer]:
    """A server for the length of a block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    world = CourierServer(answer, address=f"http://127.0.0.1:{server.server_address[1]}")
    server.world = world  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
