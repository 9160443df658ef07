"""A courier on loopback with a plain interface, whose every call can be made to go wrong; it counts what it did."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from couriers.actions import Actions, Answer, Call, Order, ReadBack, Verdict, by_status, document
from couriers.tracking import Request
from settings import CourierSettings

#: What can go wrong with a call, and whether its orders are taken all the same.
FAULTS = {
    "500": False, "500_after": True, "garbage": True, "silence": False, "silence_after": True, "drop": False,
    "drop_after": True, "429": False, "401": False, "422": False,
}  # fmt: skip


def ask(name: str) -> Call:
    """A call of many orders, which says its name."""

    def make(orders: Sequence[Order], own: CourierSettings, token: str) -> Request:
        items = [{"awb": one.awb, "id": one.action_id, "on": str(one.requested_on)} for one in orders]
        return Request("POST", f"/{name}", json=items)

    def read(orders: Sequence[Order], status: int, body: bytes) -> list[Answer]:
        plain, said = by_status(status), document(body)
        if plain or not isinstance(said, dict):
            return [plain or Answer(Verdict.unknown)] * len(orders)
        return [Answer(Verdict(said[one.awb]), "ineligible_status", f"job {one.awb}") for one in orders]

    def ask_back(order: Order, reference: str | None, own: CourierSettings, token: str) -> Request:
        return Request("GET", f"/{name}/{order.action_id}")

    return Call(make, read, most=3, read_back=ReadBack(ask_back, read_back))


def read_back(order: Order, sent_at: datetime, status: int, body: bytes) -> Answer:
    """Taken, or never arrived."""
    if status != 200:
        return Answer(Verdict.unknown)
    return Answer(Verdict.accepted if document(body) else Verdict.absent)


def plan(order: Order) -> tuple[str, ...]:
    """A new address first, then the visit."""
    if order.action == "rto":
        return ()
    return ("edit", "visit") if order.address else ("visit",)


def actions() -> Actions:
    """The interface: half a second for an answer, and no limits."""
    return Actions(
        "http://127.0.0.1:1", plan, {"edit": ask("edit"), "visit": ask("visit")}, "inferred", needs=(), calls=100_000,
        seconds=1, waits={429: 1}, answer_seconds=0.5,
    )  # fmt: skip


@dataclass
class Courier:
    """A running courier. `faults` are those of the next calls, in order; `verdicts` what it says of an AWB; `backs` the
    statuses of the next answers to what became of an order."""

    faults: list[str] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    effects: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    backs: list[int] = field(default_factory=list)
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        world: Courier = self.server.world  # type: ignore[attr-defined]
        name, action_id = self.path.lstrip("/").split("/")
        with world.lock:
            world.calls.append("back")
            taken = [one for one in world.effects if one == (action_id, name)]
            status = world.backs.pop(0) if world.backs else 200
        self._reply(status, json.dumps(taken))

    def do_POST(self) -> None:
        world: Courier = self.server.world  # type: ignore[attr-defined]
        items = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = self.path.lstrip("/")
        with world.lock:
            world.calls.append(name)
            fault = world.faults.pop(0) if world.faults else ""
            said = {one["awb"]: world.verdicts.get(one["awb"], "accepted") for one in items}
            if not fault or FAULTS[fault]:
                taken = [one["id"] for one in items if said[one["awb"]] in ("accepted", "processing")]
                world.effects += [(action_id, name) for action_id in taken]
        match fault.removesuffix("_after"):
            case "drop":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            case "silence":
                world.released.wait(5)
                self.close_connection = True
            case "garbage":
                self._reply(200, "<html>")
            case "":
                self._reply(200, json.dumps(said))
            case status:
                self._reply(int(status), "{}")

    def _reply(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""


@contextmanager
def serving() -> Iterator[Courier]:
    """A courier for the length of a block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    world = Courier(address=f"http://127.0.0.1:{server.server_address[1]}")
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
