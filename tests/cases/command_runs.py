"""Worked cases through the real commands: `ndr load`, `ndr build --as-of`, `ndr query`.

Cases of one `as_of` share one warehouse in a temporary NDR_DATA_DIR. The clock stands a month after the
as_of, so that a case's later facts are not in the future of their loading.

Owns: the folders and the commands. Refuses: any import of the product; a user has only its command.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from tests.cases.words import PUBLISHED_TABLES
from tests.cases.worked_cases import Row, WorkedCase, read_cases
from tests.commands import attempt

Published = dict[str, dict[str, list[Row]]]


class CommandFailed(Exception):
    """A command of `ndr` ended with another code than 0; the message holds what it printed."""


def by_as_of(cases: list[WorkedCase]) -> dict[str, list[WorkedCase]]:
    """The cases grouped by their as_of, in order of first use."""
    groups: dict[str, list[WorkedCase]] = {}
    for case in cases:
        groups.setdefault(case.as_of, []).append(case)
    return groups


class Warehouse:
    """One NDR_DATA_DIR, asked about one as_of."""

    def __init__(self, folder: Path, as_of: str) -> None:
        self._folder, self._as_of, self._loads = folder, as_of, 0
        later = datetime.fromisoformat(as_of) + timedelta(days=30)
        self._settings = {"NDR_DATA_DIR": str(folder / "data"), "NDR_CLOCK_START": later.isoformat()}

    def load(self, rows: list[tuple[str, Row]]) -> None:
        """Writes (feed, row) pairs as one NDJSON file a feed into a folder of their own, and loads that."""
        self._loads += 1
        inbox = self._folder / f"feeds_{self._loads}"
        inbox.mkdir(parents=True)
        lines: dict[str, list[str]] = {}
        for feed, row in rows:
            lines.setdefault(feed, []).append(json.dumps(row) + "\n")
        for feed, written in lines.items():
            (inbox / f"{feed}_{self._loads}.ndjson").write_text("".join(written), encoding="utf-8")
        self._ndr("load", str(inbox))

    def build(self, hours_before: int = 0) -> None:
        """Builds and publishes as of the warehouse's instant, or as of some hours before it."""
        as_of = datetime.fromisoformat(self._as_of) - timedelta(hours=hours_before)
        self._ndr("build", "--as-of", as_of.isoformat())

    def published(self) -> Published:
        """The published rows: AWB in capitals -> kind of expectation -> rows."""
        found: Published = {}
        tables = {t: self._rows(t) for t in sorted(set(PUBLISHED_TABLES.values()))}
        for kind, table in PUBLISHED_TABLES.items():
            for row in tables[table]:
                found.setdefault(row["awb"].upper(), {}).setdefault(kind, []).append(row)
        return found

    def _rows(self, table: str) -> list[Row]:
        rows: list[Row] = json.loads(self._ndr("query", f"select * from marts.{table}", "--format", "json"))
        return rows

    def _ndr(self, *arguments: str) -> str:
        done = attempt(list(arguments), self._settings)
        if done.exit_code != 0:
            words = " ".join(arguments)
            raise CommandFailed(f"ndr {words}: exit {done.exit_code}\n{done.output}") from done.exception
        return done.stdout


def feed_rows(cases: list[WorkedCase]) -> list[tuple[str, Row]]:
    """All (feed, row) pairs of the cases, in the order they are written down."""
    return [(feed, row) for case in cases for feed, rows in case.feed_rows().items() for row in rows]


def run_together(cases: list[WorkedCase], folder: Path) -> Published:
    """The published rows of cases of one as_of, loaded in the order they are written down."""
    warehouse = Warehouse(folder, cases[0].as_of)
    warehouse.load(feed_rows(cases))
    warehouse.build()
    return warehouse.published()


def run_in_disorder(cases: list[WorkedCase], folder: Path, seed: int = 7) -> Published:
    """The same, shuffled, in two loads, every tenth row told in both, and the first built a day before."""
    rows = feed_rows(cases)
    random.Random(seed).shuffle(rows)
    half = len(rows) // 2
    warehouse = Warehouse(folder, cases[0].as_of)
    warehouse.load(rows[:half])
    warehouse.build(hours_before=24)
    warehouse.load(rows[half:] + rows[:half:10])
    warehouse.build()
    return warehouse.published()


def main(paths: list[str]) -> int:
    """Prints each disagreement with its case; the exit code."""
    if not paths:
        print("usage: python tests/cases/run_cases.py FILE.yaml…", file=sys.stderr)
        return 2
    disagreeing = 0
    cases = read_cases([Path(path) for path in paths])
    for as_of, group in by_as_of(cases).items():
        print(f"as of {as_of}: {len(group)} cases", flush=True)
        with tempfile.TemporaryDirectory(prefix="ndr_cases_") as folder:
            published = run_together(group, Path(folder))
        for case in group:
            found = case.mistakes() + case.disagreements(published.get(case.id.upper(), {}))
            disagreeing += bool(found)
            if found:
                print(
                    f"\n{case.id}\n  rule: {case.rule}",
                    *(f"  - {line}" for line in found),
                    sep="\n",
                    flush=True,
                )
    print(f"\n{len(cases) - disagreeing} of {len(cases)} cases agree")
    return 1 if disagreeing else 0
