"""`make prove`: the heavy proofs, at a size that is a parameter. Ends with 1 if one does not hold.

truth: a generated world of --shipments is loaded, built and published; every published row that the truth speaks of
       is compared with what was made to happen.
kills: --rounds times a load and a build of a small world are ended by kill -9 at a random instant; what was
       published before stays as it was, and at the end, done again, all is as if nothing had been killed.
replays: a warehouse that holds everything is asked about --instants past instants; what it publishes for each is, row
       for row, what a warehouse publishes that had received no more by then.
coverage: over --cohorts simulated cohorts, the 95% intervals of the reports hold the truth in 93 to 97%.
shuffles: --shuffles times histories are told in another order, some rows twice, in batches with builds between them;
       what is published is what one load and one build publish.
receiver: kill -9 ends the receiver at --points random instants while couriers post; every event that it acknowledged
       is in the ledger and published once, none twice.
fuzz: --fuzz bodies that are wrong in some way go through the receiver and the loader; nothing breaks, each is accepted
       or quarantined with a reason, and a build publishes.
full disk: --fills times the receiver's disk fills: it refuses (503), is not ready, loses nothing and recovers by
       itself.
refreshes: receipts come in while --refreshes refreshes are ended by kill -9 at random instants; each receipt is
       published once, and all is as in a rebuild of ledger and archive.
orders: --orders orders go to ten simulated couriers of which a fifth of all calls fail in every way, by a dispatcher
        that is killed at random; none has its effect twice, none is lost, what is unclear is said to be.
shared: the same with --shared orders and three dispatchers on PostgreSQL.
races: against --races orders a delivered scan comes in while they leave; none leaves once its scan is known.
oracle: --histories random histories are judged by the models and by a state machine in plain Python (tests/oracle);
       case, cycle, attempt and instruction rows agree.
"""

from __future__ import annotations

import argparse
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.commands import done
from benchmarks.coverage import coverage, product_sql
from benchmarks.full_disk import prove_full_disk
from benchmarks.fuzz import prove_fuzz
from benchmarks.kills import prove_kills
from benchmarks.measuring import machine
from benchmarks.orders import prove_orders, prove_shared_orders
from benchmarks.races import prove_races
from benchmarks.receiver_kills import prove_receiver
from benchmarks.refreshes import prove_refreshes
from benchmarks.replays import prove_replays
from benchmarks.shuffles import tables_that_order_changed
from simulator.comparison import compare, counts

SHUFFLES_A_RUN = 50


def prove_truth(folder: Path, shipments: int) -> bool:
    """Compare a published world with its truth; prints each difference."""
    world, data = folder / "world", folder / "data"
    size = ["--shipments", str(shipments), "--days", "60", "--seed", "21"]
    done(data, "generate", *size, "--out", str(world))
    done(data, "load", str(world))
    done(data, "build")
    differences = compare(data / "published" / "warehouse.duckdb", world / "truth")
    for table, rows, unknowable in counts(world / "truth").iter_rows():
        sys.stdout.write(f"{table}: {rows:,} rows, {unknowable / max(rows, 1):.2%} unknowable\n")
    for row in differences.head(20).iter_rows():
        sys.stdout.write(f"  {row}\n")
    sys.stdout.write(f"truth: {differences.height} differences in a world of {shipments:,} shipments\n")
    return differences.is_empty()


def prove_coverage(folder: Path, cohorts: int) -> bool:
    """Count how often the reports' intervals hold the truth; prints each kind's share."""
    found = coverage(product_sql(folder / "reports"), cohorts)
    for each in found:
        sys.stdout.write(
            f"coverage: {each.what}: {each.held:.1%} of {each.cohorts:,} intervals hold the truth, "
            f"{each.width:.3f} wide, {each.open_share:.0%} of the cases open\n"
        )
    return all(each.is_kept for each in found)


def prove_shuffles(folder: Path, shuffles: int) -> bool:
    """Shuffle histories, SHUFFLES_A_RUN to a warehouse; prints the tables that an order changed."""
    changed = 0
    for number in range(math.ceil(shuffles / SHUFFLES_A_RUN)):
        run = folder / f"shuffles_{number}"
        tables = tables_that_order_changed(run, min(SHUFFLES_A_RUN, shuffles), seed=number)
        changed += bool(tables)
        shutil.rmtree(run)
        sys.stdout.write(f"run {number + 1}: tables that differ {tables or 'none'}\n")
        sys.stdout.flush()
    sys.stdout.write(f"shuffles: {changed} runs of {number + 1} differ, {shuffles:,} shuffles in all\n")
    return not changed


def prove_oracle(_: Path, histories: int) -> bool:
    """Judge random histories by the models and by the oracle, which prints where they disagree."""
    return (
        subprocess.run([sys.executable, "-m", "tests.oracle.run", str(histories)], check=False).returncode
        == 0
    )


PROOFS: dict[str, tuple[Callable[[Path, int], bool], int]] = {
    "shipments": (prove_truth, 100_000),
    "rounds": (prove_kills, 20),
    "refreshes": (prove_refreshes, 200),
    "instants": (prove_replays, 12),
    "cohorts": (prove_coverage, 2_000),
    "shuffles": (prove_shuffles, 1_000),
    "points": (prove_receiver, 1_000),
    "fuzz": (prove_fuzz, 100_000),
    "fills": (prove_full_disk, 20),
    "orders": (prove_orders, 10_000),
    "shared": (prove_shared_orders, 10_000),
    "races": (prove_races, 5_000),
    "histories": (prove_oracle, 100_000),
}
"""By what sets its size: the proof, and the size at which it is published."""


def main() -> None:
    """Run the proofs; one of size 0 is left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, (_, size) in PROOFS.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    sizes = vars(parser.parse_args())
    sys.stdout.write(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        holds = [proof(Path(folder), sizes[name]) for name, (proof, _) in PROOFS.items() if sizes[name]]
    sys.exit(0 if all(holds) else 1)


if __name__ == "__main__":
    main()
