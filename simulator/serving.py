"""Couriers on loopback: a path for each, `/<courier>/...`, with the faults of their network where there are some."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from simulator.couriers.speaking import Answer, Asked
from simulator.desks.faults import AFTER, Fault, Faults

_LARGEST = 16 << 20
_WITHOUT_FAULTS = ("", "_world")
#: Status, body and headers of faults that are answered.
_SAID: dict[Fault, tuple[int, bytes, dict[str, str]]] = {
    Fault.too_many: (429, b'{"message": "Too Many Requests"}', {"Retry-After": "1"}),
    Fault.too_many_without_word: (429, b"Too Many Requests", {}),
    Fault.error_before: (500, b"<html><h1>Internal Server Error</h1></html>", {}),
    Fault.error_after: (500, b"<html><h1>Internal Server Error</h1></html>", {}),
    Fault.garbled_after: (200, b'{"status": tru', {}),
    Fault.firewall: (403, b"<html><h1>Request blocked</h1></html>", {}),
}


@dataclass(frozen=True)
class Network:
    """The way to the couriers. `slow` and `hold`: seconds that a slow answer takes, and a call that hangs is held."""

    faults: Faults = field(default_factory=Faults)
    slow: float = 1.0
    hold: float = 30.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, answer: Callable[[str, Asked], Answer], network: Network) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer, self.network, self.stopped = answer, network, threading.Event()

    def handle_error(self, *_where: Any) -> None:
        """Nothing: whoever asks may go away at any time."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is one packet, sent at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._meet("GET", b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._meet("POST", self.rfile.read(min(length, _LARGEST)))

    def _meet(self, method: str, body: bytes) -> None:
        parts = urlsplit(self.path)
        slug, _, rest = parts.path.lstrip("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(method, f"/{unquote(rest)}", dict(parse_qsl(parts.query)), body, headers)
        network = self.server.network
        fault = None if slug in _WITHOUT_FAULTS else network.faults.pick(slug)
        answer = self.server.answer(slug, asked) if fault is None or fault in AFTER else None
        if fault in _SAID:
            self._say(*_SAID[fault])
        elif fault in (Fault.dropped_before, Fault.dropped_after):
            self._hang_up()
        elif fault in (Fault.hang_before, Fault.hang_after):
            self.server.stopped.wait(network.hold)
            self._hang_up()
        else:
            if fault is Fault.slow:
                self.server.stopped.wait(network.slow)
            status, said = answer or (500, None)
            self._say(status, json.dumps(said, ensure_ascii=False).encode(), {})

    def _say(self, status: int, text: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        kind = "application/json" if text[:1] in b'{["nt' else "text/html"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_said: Any) -> None:
        """Nothing: the effects say what happened."""


@contextmanager
def served(
    answer: Callable[[str, Asked], Answer], port: int, network: Network | None = None
) -> Iterator[int]:
    """Serve on loopback until the end of the block; gives the port (a free one for 0). `answer` gets the courier's
    slug, empty for the root, and the call; faults never touch the root and `_world`."""
    server = _Server(port, answer, network or Network())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
