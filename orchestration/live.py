"""The live part of a demo: the couriers of the stand-in world as one more service, and what all services share.

Owns: the secrets of couriers and links, made at each start, in the environment of the children alone. Refuses: real
couriers' addresses and secrets.
"""

from __future__ import annotations

import base64
import math
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
from pydantic import SecretStr

from couriers import registry
from customers.links import LEAST_SECRET, Parcel, link
from orchestration.demo_clock import by_demo_clock, progress_path, read_mark, start_clock, stop_clock
from orchestration.services import HOST, Service
from settings import Settings
from simulator.couriers import SPEAKERS

_SIGNATURE_SECONDS = 10
"""Real seconds that a signed push may take, whatever the speed of the clock."""


@contextmanager
def alive(settings: Settings) -> Iterator[tuple[list[Service], dict[str, str]]]:
    """The clock of the folder's demo runs until the end of the block: the services that are its live world, and what
    all services get into their environment. Nothing of either where the folder has no live demo."""
    mark = read_mark(settings)
    if mark is None or "clock" not in mark:
        yield [], {}
        return
    clock = start_clock(settings, mark)
    port = _free_port()
    try:
        yield [_service(settings, mark, port)], {**_shared(clock), **_couriers(port)}
    finally:
        stop_clock(clock, mark)


def _service(settings: Settings, mark: Mapping[str, Any], port: int) -> Service:
    given = {name: mark[name] for name in ("shipments", "days", "seed", "end")}
    given |= {"since": mark["until"], "port": port, "progress": progress_path(settings).resolve()}
    options = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    # Couriers that find nobody at the receiver give up.
    return Service("live world", [sys.executable, "-m", "simulator.live", *options], port, waits=True)


def _shared(clock: Settings) -> dict[str, str]:
    assert clock.clock_start and clock.clock_origin  # noqa: S101 (it was just started)
    minutes = math.ceil(_SIGNATURE_SECONDS * clock.clock_speed / 60)
    return {
        "NDR_CLOCK_START": clock.clock_start.isoformat(),
        "NDR_CLOCK_ORIGIN": clock.clock_origin.isoformat(),
        "NDR_CLOCK_SPEED": str(clock.clock_speed),
        "NDR_SIGNATURE_MINUTES": str(max(clock.signature_minutes, minutes)),
        # As many real seconds as the settings say: who tries it out needs them.
        "NDR_UNDO_SECONDS": str(math.ceil(clock.undo_seconds * clock.clock_speed)),
        "NDR_LEDGER_URL": "",
        "NDR_TRACKING_SECRET": secrets.token_urlsafe(LEAST_SECRET),
        "NDR_TRACKING_OLD_SECRET": "",
        "NDR_TRACKING_URL": "",
    }


def example_link(settings: Settings, given: Mapping[str, str]) -> str | None:
    """The tracking page of the newest failed parcel, as its customer would open it; None where no demo is live."""
    secret = given.get("NDR_TRACKING_SECRET")
    path = settings.published_dir / "warehouse.duckdb"
    if not secret or not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(
            "select courier, awb, epoch from marts.fct_ndr_cases where closed_at is null"
            " order by first_ndr_at desc, case_id limit 1"
        ).fetchone()
    update = {"tracking_secret": SecretStr(secret), "tracking_url": ""}
    return link(by_demo_clock(settings).model_copy(update=update), Parcel(*row)) if row else None


def _couriers(port: int) -> dict[str, str]:
    """The settings of all couriers: those of the live world at its address, and no other anywhere."""
    given: dict[str, str] = {}
    for slug in registry():
        speaker, name = SPEAKERS.get(slug), f"NDR_{slug.upper()}_"
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        given[f"{name}WEBHOOK_SECRET"] = secret if speaker else ""
        asked = {"BASE_URL": f"http://{HOST}:{port}/{slug}"}
        asked |= dict.fromkeys(("TOKEN", "USERNAME", "PASSWORD", "ACCOUNT"), "stand-in")
        given |= {f"{name}{word}": value if speaker else "" for word, value in asked.items()}
        given |= {f"{name}WEBHOOK_{word}": "" for word in ("OLD_SECRET", "HEADER", "SOURCES")}
    return given


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
