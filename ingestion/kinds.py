"""What a file's name announces: its feed, its format and, for native payloads, whose and which channel.

    <feed>*.csv | .ndjson | .jsonl | .parquet   rows of a canonical feed
    scans_<courier>_*.ndjson                    bodies of that courier's push, one a line
    tracking_<courier>_*.ndjson                 answers of its tracking API, one a line

scans_generic_* are canonical rows, as its words are the feeds' own.

Refuses: looking into the file; a content that is not what the name says is the reader's to tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from couriers.contract import Courier, Reader
from ingestion.columns import Feed
from ingestion.errors import UnknownFile
from ingestion.feeds import FEEDS

FORMATS = {".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


@dataclass(frozen=True)
class FileKind:
    """A recognised file. `file_format`: csv, ndjson, parquet, or push:<courier>, tracking:<courier>.

    `reader` turns native bodies into scans; None for canonical rows.
    """

    feed: Feed
    file_format: str
    reader: Reader | None = None


def recognise(file_name: str, couriers: Mapping[str, Courier]) -> FileKind:
    """The kind of the file of that name. Raises `UnknownFile` with what was expected."""
    name = file_name.lower()
    file_format = FORMATS.get(Path(name).suffix)
    if file_format == "ndjson":
        native = _native(name, couriers)
        if native is not None:
            return native
    feed = next((feed for feed in FEEDS.values() if name.startswith(feed.name)), None)
    if feed is None or file_format is None:
        raise UnknownFile(
            f"{file_name}: expected a name that starts with {', '.join(FEEDS)} or tracking_<courier>_ "
            "and ends with .csv, .ndjson or .parquet"
        )
    return FileKind(feed, file_format)


def _native(name: str, couriers: Mapping[str, Courier]) -> FileKind | None:
    """The native payload that the name announces, or None for a canonical NDJSON."""
    channel, _, rest = name.partition("_")
    if channel not in ("scans", "tracking"):
        return None
    # The longest slug first: one slug may begin another.
    for slug in sorted(couriers, key=len, reverse=True):
        if re.match(rf"{re.escape(slug)}[_.]", rest):
            courier = couriers[slug]
            reader = courier.push_reader if channel == "scans" else courier.track_reader
            if reader is not None and courier.has_native_files:
                return FileKind(FEEDS["scans"], f"{'push' if channel == 'scans' else channel}:{slug}", reader)
            if channel == "tracking":
                raise UnknownFile(f"{name}: no reader for tracking answers of {courier.name}")
            return None
    if channel == "tracking":
        raise UnknownFile(f"{name}: expected tracking_<courier>_*.ndjson of one of {', '.join(couriers)}")
    return None


def feed_files(folder: Path, couriers: Mapping[str, Courier]) -> list[Path]:
    """The feed files of that folder, by name, and none of the folders below it.

    Shipments come first so that keys and orders are there before their scans; the result is the same in
    any order.
    """
    found: list[Path] = []
    for path in sorted(folder.iterdir(), key=lambda path: (not path.name.startswith("shipments"), path.name)):
        if path.is_file() and not path.name.startswith("."):
            try:
                recognise(path.name, couriers)
            except UnknownFile:
                continue
            found.append(path)
    return found
