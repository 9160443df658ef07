"""Codes and their meanings, for one parcel at a time: what a scan says, and how a voice says a status."""

from __future__ import annotations

from functools import cache

from couriers import registry
from couriers.codes import read_codes
from simulator.codes import Phrasebook, phrasebook
from simulator.couriers.speaking import Scan
from simulator.words import Reason, Status


def status_of(voice: str, scan: Scan) -> str:
    """The canonical status of a scan in the words of `voice`; unmapped where its table does not know the code."""
    meanings, code = _meanings(voice), scan["native_code"]
    return meanings.get((code, scan["reason_code"])) or meanings.get((code, None)) or Status.unmapped.name


def phrase(voice: str, status: str, reason: str | None) -> dict[str, str | None]:
    """How `voice` says a status and its reason: native_code, native_text, reason_code, reason_text.

    The status alone where it has no word for the reason. Raises ValueError where it has none for the status, nor for
    the beginning of a return.
    """
    book, number = _book(voice)
    near = ("rto_initiated",) if status.startswith("rto_") else ()
    words = [Status[name] for name in (status, *near) if name in Status.__members__]
    why = Reason[reason] + 1 if reason and reason in Reason.__members__ else 0
    for word, column in ((word, column) for word in words for column in (why, 0)):
        if book.count[number, word, column]:
            return book.codes.row(int(book.first[number, word, column]), named=True)
    raise ValueError(f"{voice} has no word for {status}")


@cache
def _meanings(voice: str) -> dict[tuple[str, str | None], str]:
    table = read_codes(registry()[voice].codes_path).drop_nulls("native_code")
    return {
        (code, reason): status
        for code, reason, status in table.select("native_code", "native_reason", "status").rows()
    }


@cache
def _book(voice: str) -> tuple[Phrasebook, int]:
    book = phrasebook([voice])
    return book, book.voices.index(voice)
