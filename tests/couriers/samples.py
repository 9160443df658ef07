"""The sample payloads of every courier folder and their expected rows, found by discovery."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from couriers import registry
from couriers.contract import Courier, Reader, ReadResult

EXPECTED_SUFFIX = ".expected.json"
OF_ORDERS = ("order_", "answer_")


def samples() -> list[tuple[Courier, Path]]:
    """Every payload of every courier's samples folder, without the expected files and what belongs to orders."""
    return [
        (courier, path)
        for courier in registry().values()
        for path in sorted(courier.samples_dir.glob("*.json"))
        if not path.name.endswith(EXPECTED_SUFFIX) and not path.name.startswith(OF_ORDERS)
    ]


def order_sample(slug: str, name: str) -> Any:
    """An order as a courier takes it (`order_*`), or its answer to one (`answer_*`), parsed."""
    return json.loads((registry()[slug].samples_dir / f"{name}.json").read_text(encoding="utf-8"))


def expected_path(path: Path) -> Path:
    """Where the expected rows of a payload lie: beside it."""
    return path.with_name(path.name.removesuffix(".json") + EXPECTED_SUFFIX)


def reader_of(courier: Courier, path: Path) -> Reader:
    """`webhook_*` is a body of the push, `track_*` an answer of the tracking API."""
    kind = path.name.split("_")[0]
    reader = {"webhook": courier.push_reader, "track": courier.track_reader}[kind]
    assert reader is not None, f"{courier.slug} has no reader for {path.name}"
    return reader


def readable(result: ReadResult) -> dict[str, Any]:
    """A result as an expected file writes it: rows without nulls, instants as ISO-8601 in UTC."""
    return {
        "rows": [_written(row) for row in result.rows.drop("body_index").to_dicts()],
        "rejected": result.rejected.drop("body_index").to_dicts(),
    }


def expected(path: Path) -> dict[str, Any]:
    """What the file beside a payload says."""
    content: dict[str, Any] = json.loads(expected_path(path).read_text(encoding="utf-8"))
    return content


def _written(row: dict[str, Any]) -> dict[str, Any]:
    written = {name: value for name, value in row.items() if value is not None}
    for name, value in written.items():
        if isinstance(value, datetime):
            written[name] = value.isoformat().replace("+00:00", "Z")
    if "extra" in written:
        written["extra"] = json.loads(written["extra"])
    return written
