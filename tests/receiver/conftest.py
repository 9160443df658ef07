"""A receiver of its own for each test: real uvicorn on loopback, over a ledger in the test's folder."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from ledger.database import Ledger, open_ledger
from ledger.receipts import after
from receiver.app import create_app
from receiver.gates import gates
from receiver.serve import Extension
from settings import Settings
from tests.receiver.signing import OLD_SECRET, SECRET, TOKENS


@dataclass
class Running:
    """A receiver that answers on `port`."""

    port: int
    ledger: Ledger

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def post(self, path: str, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> int:
        """Status of a webhook."""
        return self.ask("POST", f"/webhooks/{path}", body, headers)[0]

    def kept(self) -> list[Any]:
        """All receipts."""
        return after(self.ledger, 0, 100_000)

    def metrics(self) -> str:
        """What Prometheus reads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def counted(self) -> dict[str, float]:
        """The counters of webhooks that are not 0, as `courier kind result`."""
        found = {}
        for line in self.metrics().splitlines():
            if line.startswith("ndr_webhooks_total{"):
                labels, value = line.removeprefix("ndr_webhooks_total{").split("} ")
                words = [part.split("=")[1].strip('"') for part in labels.split(",")]
                found[" ".join(words)] = float(value)
        return found


@contextmanager
def running(settings: Settings, *extensions: Extension) -> Iterator[Running]:
    """Serve until the end of the block."""
    ledger = open_ledger(settings)
    app = create_app(settings, ledger, gates(settings))
    for extend in extensions:
        extend(app, settings, ledger)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        limit = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < limit, "the receiver does not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Running(port, ledger)
    finally:
        server.should_exit = True
        thread.join()
        ledger.close()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every courier has a secret and the one before it."""
    for slug in (*TOKENS, "ekart", "generic"):
        monkeypatch.setenv(f"NDR_{slug.upper()}_WEBHOOK_SECRET", SECRET)
        monkeypatch.setenv(f"NDR_{slug.upper()}_WEBHOOK_OLD_SECRET", OLD_SECRET)


@pytest.fixture
def start(tmp_path: Path, secrets: None) -> Iterator[Callable[..., Running]]:
    """Start a receiver with settings other than the defaults."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(running(Settings(data_dir=tmp_path, **given)))


@pytest.fixture
def receiver(start: Callable[..., Running]) -> Running:
    return start()
