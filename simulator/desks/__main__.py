"""Serves the desks until it is told to stop; prints one line once they answer."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from settings import get_settings
from simulator.desks.answering import Office
from simulator.desks.effects import Effects
from simulator.desks.faults import Faults, evenly
from simulator.desks.store import Store
from simulator.desks.window import Books
from simulator.serving import Network, served


def main() -> None:
    """The clock is that of the settings."""
    parser = argparse.ArgumentParser(prog="python -m simulator.desks", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--faults", type=float, default=0.0, help="share of calls that meet one")
    parser.add_argument(
        "--effects", type=Path, default=None, help="file that gets each effect as a line of JSON"
    )
    parser.add_argument(
        "--settle", type=float, default=1.0, help="seconds until a job of Delhivery's is done"
    )
    parser.add_argument("--slow", type=float, default=1.0, help="seconds of a slow answer")
    parser.add_argument("--hold", type=float, default=30.0, help="seconds that a call which hangs is held")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    clock, faults = get_settings().now, Faults(evenly(asked.faults), asked.seed)
    store = Store(clock)
    books = Books(store, clock, Effects(asked.effects), asked.settle)
    with served(
        Office(books, store, faults).answer, asked.port, Network(faults, asked.slow, asked.hold)
    ) as port:
        print(f"the couriers' desks answer at http://127.0.0.1:{port}", flush=True)
        while True:
            books.settle()
            time.sleep(0.1)


if __name__ == "__main__":
    main()
