"""Choosing the reader of a file, and telling a file that is not what its name says.

Owns: the first look at the bytes. Refuses: reading rows (`read_csv`, `read_ndjson`, `read_parquet`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.archive import Intake
from ingestion.batches import Batch
from ingestion.errors import RefusedFile
from ingestion.kinds import FileKind
from ingestion.mending import mended
from ingestion.read_csv import read_csv
from ingestion.read_ndjson import read_native, read_ndjson
from ingestion.read_parquet import count_rows, read_parquet

_NOT_TEXT = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "an Excel workbook or a ZIP file (save it as CSV UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (save it as CSV UTF-8)",
    b"\x1f\x8b": "a gzip file (unpack it first)",
}


def most_rows(intake: Intake, kind: FileKind) -> int | None:
    """Rows that the file has, at most where only its lines are known; None when that cannot be told."""
    if kind.file_format == "parquet":
        return count_rows(intake)
    if kind.reader is not None:
        return None  # a body may hold any number of scans
    return max(intake.lines - (kind.file_format == "csv"), 0)


def read(intake: Intake, kind: FileKind, rows: int) -> Iterator[Batch]:
    """Batches of about `rows` rows. Raises `RefusedFile` when the content is not what the name says."""
    if not intake.size:
        raise RefusedFile(f"{intake.file_name}: expected rows, the file is empty")
    if kind.file_format == "parquet":
        yield from read_parquet(intake, rows)
        return
    for magic, found in _NOT_TEXT.items():
        if intake.head.startswith(magic):
            wanted = "CSV" if kind.file_format == "csv" else "NDJSON"
            raise RefusedFile(f"{intake.file_name}: expected {wanted} text, found {found}")
    readable = intake.path if intake.is_clean else mended(intake)
    try:
        if kind.reader is not None:
            yield from read_native(intake, readable, kind.reader)
        elif kind.file_format == "csv":
            yield from read_csv(intake, readable, rows)
        else:
            yield from read_ndjson(intake, readable, kind.feed, rows)
    finally:
        if readable != intake.path:
            readable.unlink(missing_ok=True)
