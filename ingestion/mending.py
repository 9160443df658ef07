"""Text that is not clean UTF-8 made readable, with every doubtful byte marked so that the door sees it.

UTF-16 with a byte-order mark (Excel's "Unicode text") is decoded. Bytes that are no UTF-8, and NUL, become
U+FFFD and their hexadecimal value in braces: nothing is guessed, nothing is lost, and a row that holds the
mark is quarantined (`expect_rows_to_be_clean_text`). Refuses: clean files, which are read as they are.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from ingestion.archive import Intake

MARK = "\ufffd"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(f"{MARK}{{{byte:02x}}}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("ndr-mark", _mark)


def encoding_of(head: bytes) -> str:
    """The encoding that the byte-order mark names; UTF-8 without one."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def mended(intake: Intake) -> Path:
    """A readable copy beside the intake's, to be removed by the caller."""
    readable = intake.path.with_name(intake.path.name + ".mended")
    decoder = codecs.getincrementaldecoder(encoding_of(intake.head))("ndr-mark")
    with intake.path.open("rb") as source, readable.open("w", encoding="utf-8", newline="") as target:
        while chunk := source.read(4 << 20):
            target.write(decoder.decode(chunk).replace("\0", f"{MARK}{{00}}"))
        target.write(decoder.decode(b"", True).replace("\0", f"{MARK}{{00}}"))
    return readable
