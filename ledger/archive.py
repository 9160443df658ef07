"""The archive of receipts: Parquet files by IST day of what left the ledger, byte for byte.

Owns: their names, their columns and their proof. `day=2026-03-09/push-17-2043.parquet` holds receipts of that kind and
day with ids from 17 to 2043. A file gets its name when it is whole, on disk and was read back. Refuses: to say which
files count; that stands in the ledger, as a file counts from the transaction on that deletes its receipts there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.errors import ArchiveBroken

_INCOMING = ".incoming-"
_NAME = re.compile(r"day=(\d{4}-\d\d-\d\d)/(\w+)-(\d+)-(\d+)\.parquet")

#: The columns of `ledger.tables.receipts`; `headers` is JSON, `received_at` UTC.
_SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("courier", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        ("message_id", pa.string()),
        pa.field("received_at", pa.timestamp("us", "UTC"), nullable=False),
        ("source", pa.string()),
        pa.field("headers", pa.string(), nullable=False),
        pa.field("digest", pa.string(), nullable=False),
        pa.field("body", pa.binary(), nullable=False),
    ]
)

#: The ids of a file's receipts with their digests, in order: what must be deleted for it.
Contents = list[tuple[int, str]]


class Archived(NamedTuple):
    """A receipt of the archive, with the columns that it had in the ledger."""

    id: int
    courier: str
    kind: str
    message_id: str | None
    received_at: datetime
    source: str | None
    headers: dict[str, str]
    digest: str
    body: bytes


@dataclass(frozen=True)
class ArchiveFile:
    """What a file's name says: `day` is in IST, `first_id` and `last_id` are ids that it holds."""

    day: date
    kind: str
    first_id: int
    last_id: int

    @property
    def name(self) -> str:
        """Its path within the archive's folder."""
        return f"day={self.day}/{self.kind}-{self.first_id}-{self.last_id}.parquet"


def files(folder: Path) -> Iterator[ArchiveFile]:
    """The files that have their name, counting or not."""
    for path in sorted(folder.glob("day=*/*.parquet")):
        found = _NAME.fullmatch(path.relative_to(folder).as_posix())
        if found:
            day, kind, first_id, last_id = found.groups()
            yield ArchiveFile(date.fromisoformat(day), kind, int(first_id), int(last_id))


def write(folder: Path, file: ArchiveFile, rows: Sequence[Any]) -> Contents:
    """Write receipts durably, prove what was written, then name it. Raises ArchiveBroken, OSError."""
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(
        [{**row._mapping, "headers": json.dumps(row.headers)} for row in rows], _SCHEMA
    )
    temporary = path.parent / f"{_INCOMING}{uuid4().hex}"
    try:
        pq.write_table(table, temporary, compression="zstd")
        _sync(temporary)
        with _open(temporary) as written:
            is_same = written.read().equals(table)
        if not is_same:
            raise ArchiveBroken(f"{file.name}: what was written is not what was read back")
        contents = prove(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    for parent in (path.parent, folder, folder.parent):
        _sync(parent)
    return contents


def prove(path: Path) -> Contents:
    """The ids and digests of a file, each body having its digest. Raises ArchiveBroken."""
    return [(row.id, row.digest) for row in read(path)]


def read(path: Path, after: int = 0, count: int | None = None) -> Iterator[Archived]:
    """The receipts of a file whose id is greater than `after`, in order of their ids; each body is held to its digest.

    `count`: how many the file must hold in all. Raises ArchiveBroken.
    """
    with _open(path) as file:
        if count not in (None, file.metadata.num_rows):
            raise ArchiveBroken(f"{path}: expected {count} receipts, found {file.metadata.num_rows}")
        for batch in file.iter_batches(batch_size=1_000):
            for given in batch.to_pylist():
                if given["id"] <= after:
                    continue
                row = Archived(**{**given, "headers": json.loads(given["headers"])})
                if sha256(row.body).hexdigest() != row.digest:
                    raise ArchiveBroken(f"{path}: receipt {row.id} does not have its digest")
                yield row


def sweep(folder: Path) -> None:
    """Remove what a killed run left without a name; only for a holder of the writer's lock."""
    for path in folder.glob(f"day=*/{_INCOMING}*"):
        path.unlink(missing_ok=True)


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise ArchiveBroken(
            f"{path} cannot be read ({type(error).__name__}): restore it from a copy"
        ) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
