"""The tracking page over real HTTP, without a browser."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from customers.links import Parcel, token
from ledger.entries import of_parcel
from tests.customers.stand_in import NOW, SECRET
from tests.receiver.conftest import Running


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Customer:
    """A customer with a link to a parcel, on a running receiver."""

    running: Running
    parcel: Parcel
    token: str

    @classmethod
    def of(cls, running: Running, parcel: Parcel, secret: str = SECRET, days: float = 15) -> Customer:
        return cls(running, parcel, token(secret.encode(), parcel, NOW + timedelta(days=days)))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.running.port}/track/{self.token}"

    def ask(self, method: str, query: str = "", body: bytes | None = None, **headers: str) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, f"/track/{quote(self.token, safe='/?=&%')}{query}", body, named)
            answer = connection.getresponse()
            return Got(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def look(self, query: str = "?lang=en") -> Got:
        return self.ask("GET", query)

    def say(self, **typed: str) -> Got:
        """Send the form in English."""
        return self.ask("POST", "?lang=en", urlencode(typed).encode())

    def entries(self) -> list[Any]:
        """What the ledger has of the parcel, as (kind, content)."""
        rows = of_parcel(self.running.ledger, self.parcel.courier, self.parcel.awb)
        return [(row.kind, row.content) for row in rows]

    def counted(self) -> dict[str, float]:
        """Visits by what became of them."""
        found = {}
        for line in self.running.metrics().splitlines():
            if line.startswith("ndr_tracking_visits_total{"):
                label, value = line.removeprefix('ndr_tracking_visits_total{result="').split('"} ')
                found[label] = float(value)
        return found
