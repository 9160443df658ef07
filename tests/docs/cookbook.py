"""The questions of docs/cookbook.md, and their answers written into it again.

`python -m tests.docs.cookbook DATA_DIR` asks the file that `ndr demo --no-serve` published there.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from orchestration.query import Value, run_query
from settings import PROJECT_DIR

PATH = PROJECT_DIR / "docs" / "cookbook.md"
SHOWN = 6
"""Rows of an answer that the page shows."""
_RECIPE = re.compile(
    r"^### (?P<title>[^\n]+)\n(?P<words>[^`#]*(?:`\w[^`]*`[^`#]*)*)```sql\n(?P<sql>[^`]+)```\n"
    r"(?P<answer>(?:\n+[|*][^\n]+)*)\n*",
    re.M,
)


@dataclass(frozen=True)
class Recipe:
    """One question: its words, its SQL, and the column names of the answer that the page shows."""

    title: str
    words: str
    sql: str
    columns: list[str]


def recipes() -> list[Recipe]:
    """The questions in the order of the page."""
    return [
        Recipe(
            found["title"], found["words"].strip(), found["sql"],
            re.findall(r"\w+", found["answer"].strip().split("\n")[0]),
        )
        for found in _RECIPE.finditer(PATH.read_text(encoding="utf-8"))
    ]  # fmt: skip


def main(data_dir: Path) -> None:
    """Write the first rows of every answer below its question."""
    published = data_dir / "published" / "warehouse.duckdb"

    def answered(found: re.Match[str]) -> str:
        head = found[0][: found.start("answer") - found.start()].rstrip("\n")
        names, rows = run_query(published, found["sql"])
        return f"{head}\n\n{_table(names, list(rows))}\n\n"

    text = PATH.read_text(encoding="utf-8")
    PATH.write_text(_RECIPE.sub(answered, text), encoding="utf-8")


def _table(names: list[str], rows: list[list[Value]]) -> str:
    lines = [names, ["---"] * len(names), *[[_cell(value) for value in row] for row in rows[:SHOWN]]]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return table if len(rows) <= SHOWN else f"{table}\n\n*The first {SHOWN} of {len(rows)} rows.*"


def _cell(value: Value) -> str:
    """A value as Markdown; an instant to the minute, as its offset is always that of IST."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return re.sub(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*", r"\1 \2", text).replace("|", "\\|")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
