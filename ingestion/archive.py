"""The archive: every loaded file, byte for byte, under the hash of its content.

Owns: `archive/<sha256>.<file name>`. A file is copied in before it is read, so that what is hashed, what is
loaded and what is kept are the same bytes even when the sender goes on writing. The copy is durable
before the load commits; one left behind by a killed load is harmless, and `sweep` removes those that
never got their name. Refuses: any meaning of the bytes.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from settings import Settings

_CHUNK = 4 << 20
_INCOMING = ".incoming-"


@dataclass(frozen=True)
class Intake:
    """A copy of a file, and what its bytes show: `lines` counts line ends, `is_clean` says whether it is
    UTF-8 without NUL, `head` is its beginning."""

    file_name: str
    path: Path
    content_hash: str
    size: int
    lines: int
    has_quotes: bool
    is_clean: bool
    head: bytes


def take(path: Path, file_name: str, settings: Settings) -> Intake:
    """Copy a file into the archive under a provisional name. Raises OSError when it cannot be read."""
    settings.archive_dir.mkdir(parents=True, exist_ok=True)
    copy = settings.archive_dir / f"{_INCOMING}{uuid4().hex}"
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    size, lines, head, last = 0, 0, b"", b""
    has_quotes, is_clean = False, True
    with path.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size, lines, last = size + len(chunk), lines + chunk.count(b"\n"), chunk[-1:]
            head = head or chunk[: 1 << 20]
            if head.startswith(b"PAR1"):
                continue
            has_quotes = has_quotes or b'"' in chunk
            is_clean = is_clean and b"\0" not in chunk and _decodes(decoder, chunk)
        is_clean = is_clean and _decodes(decoder, b"", is_last=True)
        target.flush()
        os.fsync(target.fileno())
    lines += last not in (b"", b"\n")
    return Intake(file_name, copy, digest.hexdigest(), size, lines, has_quotes, is_clean, head)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, is_last: bool = False) -> bool:
    try:
        decoder.decode(chunk, is_last)
    except UnicodeDecodeError:
        return False
    return True


def keep(intake: Intake, loaded_at: datetime, settings: Settings) -> Path:
    """Give the copy its lasting name, durably. Its modification time is the instant of loading, which a
    rebuild needs to judge what was in the future."""
    kept = settings.archive_dir / f"{intake.content_hash}.{intake.file_name}"
    os.utime(intake.path, (loaded_at.timestamp(), loaded_at.timestamp()))
    intake.path.replace(kept)
    folder = os.open(settings.archive_dir, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def discard(intake: Intake) -> None:
    """Remove the provisional copy, if it is still there."""
    intake.path.unlink(missing_ok=True)


def sweep(settings: Settings) -> None:
    """Remove copies that killed loads left; only for the one that holds the warehouse's write lock."""
    if settings.archive_dir.is_dir():
        for path in settings.archive_dir.glob(f"{_INCOMING}*"):
            path.unlink(missing_ok=True)


def kept_files(settings: Settings) -> Iterator[tuple[Path, str, float]]:
    """Every kept file in order of loading: its path, the name it was given under, the epoch second."""
    if not settings.archive_dir.is_dir():
        return
    # Folders hold the receipts that left the ledger.
    found = [path for path in settings.archive_dir.iterdir() if path.is_file() and path.name[0] != "."]
    for path in sorted(found, key=lambda path: (path.stat().st_mtime, path.name)):
        _, _, file_name = path.name.partition(".")
        yield path, file_name, path.stat().st_mtime
