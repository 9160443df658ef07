"""`make bench`: what load, full build and incremental build cost at a size, as seconds and as ratios to floors.

A world is generated, its last received scans are kept back; the rest is loaded and built whole, then the scans
that were kept back are loaded and built on top: most of them at once, and the last ones a hundred at a time by a
process that stays. Each other step is the command that people run, in a process of its own. The table goes to
standard output and, with --write, into benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.measuring import Cost, cost_of, machine

SCANS_PER_SHIPMENT = 8
WARM_BUILDS, WARM_SCANS = 3, 100
COMMAND = "orchestration.cli"
RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Row:
    """One step at one size."""

    step: str
    cost: Cost
    rows: int
    """Rows the step worked on, for rows a second; 0 where that says nothing."""


def hold_back(world: Path, increment: Path, rows: int) -> tuple[int, int]:
    """Move the `rows` last received scans of a world into a folder of their own; returns (kept, held back)."""
    increment.mkdir()
    scans, later = world / "scans.parquet", increment / "scans.parquet"
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    cut = connection.execute(
        "select received_at from read_parquet($scans) order by received_at desc limit 1 offset $rows",
        {"scans": str(scans), "rows": rows},
    ).fetchone()
    if cut is None:
        raise SystemExit(f"the world has fewer than {rows} scans: ask for a larger one")
    source = "from read_parquet($scans) where received_at"
    for condition, target in (("> $cut", later), ("<= $cut", world / "kept.parquet")):
        connection.execute(
            f"copy (select * {source} {condition}) to '{target}'", {"scans": str(scans), "cut": cut[0]}
        )
    (world / "kept.parquet").replace(scans)
    counted = [
        connection.execute(f"select count(*) from read_parquet('{path}')").fetchone()
        for path in (scans, later)
    ]
    return counted[0][0], counted[1][0]  # type: ignore[index]


def measure(scans: int, new_scans: int, folder: Path) -> list[Row]:
    """All steps at one size, in a folder of their own that is left as it was at the end of the last step."""
    world, increment = folder / "world", folder / "increment"
    environment = {"NDR_DATA_DIR": str(folder / "data")}

    def step(name: str, rows: int, module: str, *arguments: str) -> Row:
        return Row(name, cost_of(module, list(arguments), environment), rows)

    until = datetime.now(UTC).isoformat()
    size = ["--shipments", str(scans // SCANS_PER_SHIPMENT), "--days", "90", "--seed", "7"]
    rows = [step("generate the world", 0, COMMAND, "generate", *size, "--out", str(world), "--until", until)]
    kept, new = hold_back(world, increment, new_scans + WARM_BUILDS * WARM_SCANS)
    later = [folder / f"later_{number}" for number in reversed(range(WARM_BUILDS))]
    for held in later:
        new, _ = hold_back(increment, held, WARM_SCANS)
    feed = str(world / "scans.parquet")
    others = [str(path) for path in sorted(world.glob("*.parquet")) if path.name != "scans.parquet"]
    rows += [
        step(f"floor: {name}", kept, "benchmarks.floors", name, feed) for name in ("read", "window_sort")
    ]
    rows.append(step("load scans", kept, COMMAND, "load", feed))
    rows.append(step("load the other feeds", 0, COMMAND, "load", *others))
    rows.append(step("full build", kept, COMMAND, "build"))
    rows.append(step(f"load {new:,} new scans", new, COMMAND, "load", str(increment)))
    rows.append(step(f"build of {new:,} new scans", new, COMMAND, "build"))
    return [*rows, *warm([held / "scans.parquet" for held in reversed(later)], environment)]


def warm(files: list[Path], environment: dict[str, str]) -> list[Row]:
    """What the last of a process's builds took, and of it the models, the tests and publishing."""
    process = cost_of("benchmarks.warm", [str(path) for path in files], environment)
    last = json.loads(process.output.splitlines()[-1])
    name = f"build of {WARM_SCANS} new scans in a warm process"
    parts = [
        ("", last["seconds"], last["cpu_seconds"]),
        (": models", last["model_seconds"], 0),
        (": tests", last["test_seconds"], 0),
        (": publishing", last["publish_seconds"], 0),
    ]
    return [
        Row(name + part, Cost(seconds, cpu, process.peak_gb, ""), WARM_SCANS) for part, seconds, cpu in parts
    ]


def table(rows: list[Row]) -> str:
    """The rows of one size as a Markdown table, ratios to the floors of the same run."""
    floors = {row.step: row.cost.seconds for row in rows if row.step.startswith("floor")}
    full = next(row.cost.seconds for row in rows if row.step == "full build")
    lines = [
        "| step | seconds | CPU seconds | peak GB | rows a second | × read | × window sort | × full build |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        seconds = row.cost.seconds
        rate = f"{row.rows / seconds:,.0f}" if row.rows else ""
        ratios = [seconds / floors["floor: read"], seconds / floors["floor: window_sort"], seconds / full]
        lines.append(
            f"| {row.step} | {seconds:.1f} | {row.cost.cpu_seconds:.1f} "
            f"| {row.cost.peak_gb:.2f} | {rate} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure each size in turn; prints as it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, nargs="+", default=[1_000_000], help="sizes, in scans")
    parser.add_argument("--new-scans", type=int, default=200_000, help="scans of the incremental build")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to work; needs some 200 bytes a scan"
    )
    parser.add_argument("--write", action="store_true", help="add the tables to benchmarks/RESULTS.md")
    options = parser.parse_args()
    for scans in options.scans:
        folder = Path(tempfile.mkdtemp(dir=options.folder))
        try:
            rows = measure(scans, min(options.new_scans, scans // 10), folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        text = f"\n### {scans:,} scans, {datetime.now(UTC):%Y-%m-%d}\n\n{machine()}\n\n{table(rows)}\n"
        sys.stdout.write(text)
        if options.write:
            with RESULTS.open("a") as results:
                results.write(text)


if __name__ == "__main__":
    main()
