"""Loads and builds ended by kill -9 at random instants: what was published stays, and done again all is right."""

from __future__ import annotations

import random
import signal
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from benchmarks.commands import done, ndr
from benchmarks.published import differing_tables, rows_of

KILLED_WORLD = 2_000
"""Shipments of the world that is loaded and built."""


def prove_kills(folder: Path, rounds: int) -> bool:
    """Kill loads and builds at random instants; prints what was left."""
    world, reference, data = folder / "small", folder / "reference", folder / "killed"
    now = datetime.now(UTC).isoformat()
    size = ["--shipments", str(KILLED_WORLD), "--days", "30", "--seed", "5"]
    done(reference, "generate", *size, "--out", str(world))
    load_seconds = done(reference, "load", str(world))
    build_seconds = done(reference, "build", "--as-of", now)
    published = data / "published" / "warehouse.duckdb"
    chance = random.Random(rounds)
    changed = killed = 0
    for number in range(rounds):
        for arguments, seconds in (
            (("load", str(world)), load_seconds),
            (("build", "--as-of", now), build_seconds),
        ):
            before = sha256(published.read_bytes()).hexdigest() if published.exists() else None
            process = ndr(data, *arguments)
            time.sleep(chance.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
            is_killed = process.wait() != 0
            killed += is_killed
            after = sha256(published.read_bytes()).hexdigest() if published.exists() else None
            if (
                after is not None
                and after != before
                and rows_of(published).keys() != rows_of(reference / "published" / "warehouse.duckdb").keys()
            ):
                changed += 1
        sys.stdout.write(f"\rround {number + 1} of {rounds}")
    done(data, "load", str(world))
    done(data, "build", "--as-of", now)
    differing = differing_tables(published, reference / "published" / "warehouse.duckdb")
    sys.stdout.write(f"\nkills: {killed} processes killed in {rounds} rounds, {changed} torn files\n")
    sys.stdout.write(f"tables that differ from a run that was never killed: {differing or 'none'}\n")
    return not differing and not changed
