"""The mark of a demo's folder, `data/.demo.json`: what its world was made of, and the clock of one that goes on.

The clock runs while the demo is served and stands still otherwise, so that a demo which is served again goes on where
it was stopped. A world that ends with its history has no clock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from settings import IST, Settings

MORNING = time(11)
"""IST: parcels have gone out, and visits begin within the hour."""


def mark_path(settings: Settings) -> Path:
    """The mark of a stand-in world's folder."""
    return settings.data_dir / ".demo.json"


def progress_path(settings: Settings) -> Path:
    """Where the live world notes how far it has been told."""
    return settings.data_dir / "demo" / "live.json"


def read_mark(settings: Settings) -> dict[str, Any] | None:
    """What the folder's demo was made of; None where there is none."""
    path = mark_path(settings)
    return dict(json.loads(path.read_text())) if path.exists() else None


def write_mark(settings: Settings, mark: Mapping[str, Any]) -> None:
    """Keep what the folder's demo was made of."""
    unfinished = mark_path(settings).with_suffix(".tmp")
    unfinished.write_text(json.dumps(mark))
    unfinished.replace(mark_path(settings))


def begins_at(settings: Settings) -> datetime:
    """Where the clock of a new live world begins: the last time that it was eleven in the morning, unless a clock was
    set. From there on an afternoon of visits is watched, whatever the hour."""
    now = settings.now()
    if settings.clock_start is not None:
        return now
    morning = datetime.combine(now.astimezone(IST), MORNING, IST)
    return (morning if morning <= now else morning - timedelta(days=1)).astimezone(UTC)


def by_demo_clock(settings: Settings) -> Settings:
    """The settings with the clock and the ledger of the folder's live demo; as they are where there is none."""
    mark = read_mark(settings)
    if mark is None or "clock" not in mark:
        return settings
    clock = mark["clock"]
    origin = clock.get("origin")
    return settings.model_copy(
        update={
            "clock_start": datetime.fromisoformat(clock["start"]),
            "clock_origin": datetime.fromisoformat(origin) if origin else None,
            "clock_speed": clock["speed"] if origin else 1.0,
            # What couriers of a stand-in world say must not be mixed into a real ledger.
            "ledger_url": None,
        }
    )


def start_clock(settings: Settings, mark: Mapping[str, Any]) -> Settings:
    """Let the clock of the folder's demo run from where it stands; the settings with it."""
    clock = {
        "start": _stood_at(settings, mark).isoformat(),
        "origin": datetime.now(UTC).isoformat(),
        "speed": mark["clock"]["speed"],
    }
    write_mark(settings, {**mark, "clock": clock})
    return by_demo_clock(settings)


def stop_clock(clock: Settings, mark: Mapping[str, Any]) -> None:
    """Let the demo's clock stand; `clock`: as it was started. One that another started meanwhile runs on."""
    running = (read_mark(clock) or mark)["clock"].get("origin")
    if clock.clock_origin and running == clock.clock_origin.isoformat():
        stands = {"start": clock.now().isoformat(), "speed": mark["clock"]["speed"]}
        write_mark(clock, {**mark, "clock": stands})


def _stood_at(settings: Settings, mark: Mapping[str, Any]) -> datetime:
    """Where the clock stands. One that was killed was not stopped: what its live world noted last is then the time."""
    if mark["clock"].get("origin") is None:
        return by_demo_clock(settings).now()
    noted = progress_path(settings)
    last = json.loads(noted.read_text())["pushed"] if noted.exists() else mark["clock"]["start"]
    return datetime.fromisoformat(last)
