"""Runs the live world of a demo's folder until it is told to stop; what it does goes to standard output."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

from settings import get_settings
from simulator.desks.effects import Effects
from simulator.live.answering import Desk
from simulator.live.telling import Teller
from simulator.live.world import Stories, live_world, without_orders
from simulator.serving import served

EFFECTS = "effects.ndjson"
"""The file beside the progress that has what couriers were told: the world goes on with it."""


def main() -> None:
    """The arguments are those of the world's making; the clock, the ports and the secrets come from the settings."""
    parser = argparse.ArgumentParser(prog="python -m simulator.live", description=__doc__)
    for name in ("shipments", "days", "seed", "port"):
        parser.add_argument(f"--{name}", type=int, required=True)
    for name in ("since", "end"):
        parser.add_argument(f"--{name}", type=datetime.fromisoformat, required=True)
    parser.add_argument("--progress", type=Path, required=True)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = get_settings()
    world = without_orders(live_world(asked.shipments, asked.days, asked.seed, asked.end), asked.since)
    stories = Stories(world)
    asked.progress.parent.mkdir(parents=True, exist_ok=True)
    effects = Effects(asked.progress.with_name(EFFECTS))
    desk = Desk(stories, settings.now, effects, asked.seed)
    with served(desk.answer, asked.port):
        teller = Teller(settings, world, stories, asked.since, asked.progress)
        _say(f"told until {teller.pushed_until.isoformat()}, {world.pushed.height:,} scans are pushed in all")
        teller.tell(asked.end, _say)
        _say(f"{teller.line()}; the world is over: `ndr demo` makes a new one")
        while True:
            time.sleep(60)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
