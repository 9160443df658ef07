"""A small live world for tests: its history ends at SINCE, it is watched until WATCHED, and goes on until END."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from couriers import registry
from settings import Settings
from simulator.couriers.speaking import Asked
from simulator.live.telling import Teller
from simulator.live.world import Stories, World
from tests.receiver.conftest import Running, running
from tests.receiver.signing import SECRET

SINCE = datetime(2026, 3, 31, 5, 30, tzinfo=UTC)
WATCHED = SINCE + timedelta(days=2)
END = SINCE + timedelta(days=3)
MADE = {"days": 30, "seed": 7}


def ask_about(slug: str, awb: str) -> Asked:
    """The question about one parcel, as that courier is asked."""
    body = json.dumps({"awbs": [awb]}).encode()
    return {
        "delhivery": Asked("GET", "/api/v1/packages/json/", {"waybill": awb}),
        "shiprocket": Asked("POST", "/v1/external/courier/track/awbs", {}, body),
        "clickpost": Asked("GET", "/api/v2/track-order/", {"waybill": awb}),
        "shadowfax": Asked("GET", f"/v4/clients/orders/{awb}/track/"),
    }[slug]


class Watch(Settings):
    """A simulated clock that stops at WATCHED, so that whatever is done then is done at that instant."""

    def now(self) -> datetime:
        return min(WATCHED, super().now())


def give_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """One secret for all couriers."""
    for slug in registry():
        monkeypatch.setenv(f"NDR_{slug.upper()}_WEBHOOK_SECRET", SECRET)


@contextmanager
def watched(folder: Path, world: World) -> Iterator[tuple[Settings, Teller, Running]]:
    """The world, told into a receiver over the ledger of `folder` until WATCHED: two days in two seconds."""
    settings = Watch(
        data_dir=folder, clock_start=SINCE, clock_origin=datetime.now(UTC), clock_speed=86_400,
        # In this hurry a signature is minutes old when it arrives.
        signature_minutes=24 * 60,
    )  # fmt: skip
    with running(settings) as receiver:
        settings = settings.model_copy(update={"receiver_port": receiver.port})
        teller = Teller(settings, world, Stories(world), SINCE, folder / "live.json")
        teller.tell(WATCHED, lambda _: None)
        yield settings, teller, receiver
