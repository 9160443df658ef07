"""What people entered about parcels, straight from the ledger: read for the overlay, and written for agents.

Owns: which entries the published build does not hold yet, and the sentence for each refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from dashboards.entering.decisions import Wish
from dashboards.queries import build
from ledger import entries
from ledger.database import FILE, Ledger, has_ledger, open_ledger
from ledger.errors import LedgerError, LedgerUnavailable
from settings import Settings, get_settings

_log = logging.getLogger(__name__)

#: Entries after a build that are looked at; a build comes every half minute.
_MOST = 20_000

Parcel = tuple[str, str]
"""courier and AWB."""

Told = Mapping[str, Any]
"""An entry: the ledger's columns, `is_waiting` when the published build does not hold it yet, and `is_taken_back`."""

REPLAY = "These pages show a build of the past: look, but nothing can be entered here."


def is_replay() -> bool:
    """Whether the pages show a build of the past, to which nothing is added."""
    return get_settings().read_dir is not None


def of_parcels(parcels: Sequence[Parcel]) -> dict[Parcel, list[Told]]:
    """The entries of each parcel in the order of their versions; empty lists where there are none, in a replay too.

    Raises LedgerError or OSError when the ledger cannot be read.
    """
    found: dict[Parcel, list[Told]] = {parcel: [] for parcel in parcels}
    settings = get_settings()
    if not parcels or is_replay() or not has_ledger(settings):
        return found
    # Asked before the ledger: what is published in between is then shown twice for a moment, never not at all.
    published = build.current().get("entry_id") or 0
    names = {(courier, awb.upper()): (courier, awb) for courier, awb in parcels}
    for row in entries.of_parcels(opened(settings), parcels):
        told = {**row._mapping, "is_waiting": row.id > published}
        found[names[row.courier, row.awb]].append(told)
    return {parcel: _marked(told) for parcel, told in found.items()}


def _marked(told: Sequence[Told]) -> list[Told]:
    """The entries of one parcel, each with whether somebody took it back."""
    undone = {
        (entry["content"].get("undoes"), entry["content"].get("given_at"))
        for entry in told
        if entry["kind"] == "undo"
    }
    return [
        {**entry, "is_taken_back": (entry["kind"], entry["given_at"].isoformat()) in undone} for entry in told
    ]


def read(parcels: Sequence[Parcel]) -> dict[Parcel, list[Told]] | None:
    """As `of_parcels`; None when the ledger cannot be read, which is logged."""
    try:
        return of_parcels(parcels)
    except (LedgerError, OSError) as error:
        _log.warning("the ledger was not read: %s", error)
        return None


def version(told: Sequence[Told]) -> int:
    """The version at which a parcel's entries are; 0 where there are none."""
    return int(told[-1]["version"]) if told else 0


def keep(
    agent: str,
    wish: Wish,
    call_id: str,
    *,
    seen: Mapping[Parcel, int],
    cases: Mapping[Parcel, str],
    now: datetime,
    undo_seconds: int | None = None,
) -> None:
    """Write one wish for each parcel of `cases` (its case_id), all or none; the same call_id is written once.
    `undo_seconds`: how long it can be taken back, where it is not as long as the settings say.

    A decision is kept only where each parcel is at the version in `seen`. Raises VersionConflict, any other
    LedgerError, or OSError.
    """
    settings = get_settings()
    content = wish.content(call_id) | ({"undo_seconds": undo_seconds} if undo_seconds else {})
    group = [
        (
            entries.Entry(
                courier=courier, awb=awb, source="operations", author=agent, kind=wish.kind,
                content=content, given_at=now, received_at=now, case_id=case_id,
            ),
            seen[courier, awb] if wish.is_decision else None,
        )
        for (courier, awb), case_id in cases.items()
    ]  # fmt: skip
    entries.enter_all(opened(settings), group)


def since_build() -> list[Told]:
    """What was entered after the published build, in its order; nothing when the ledger cannot be read, which is
    logged, and in a replay."""
    settings = get_settings()
    if is_replay() or not has_ledger(settings):
        return []
    try:
        rows = entries.after(opened(settings), build.current().get("entry_id") or 0, _MOST)
    except (LedgerError, OSError) as error:
        _log.warning("the ledger was not read: %s", error)
        return []
    return [dict(row._mapping) for row in rows]


def tell(
    agent: str, kind: str, content: Mapping[str, Any], parcel: Mapping[str, Any], *, seen: int, now: datetime
) -> None:
    """Write one entry about a parcel (courier, awb, case_id) that is at the version `seen`.

    Raises VersionConflict, any other LedgerError, or OSError.
    """
    row = entries.Entry(
        courier=parcel["courier"], awb=parcel["awb"], source="operations", author=agent, kind=kind, content=content,
        given_at=now, received_at=now, case_id=parcel["case_id"],
    )  # fmt: skip
    entries.enter(opened(get_settings()), row, seen)


def undo(agent: str, decided: Mapping[Parcel, Told], now: datetime) -> None:
    """Take back the entry of each parcel, all or none; the same agent takes one back once.

    Raises LedgerError or OSError.
    """
    group = []
    for (courier, awb), entry in decided.items():
        content = {
            "undoes": entry["kind"],
            "given_at": entry["given_at"].isoformat(),
            "call_id": f"undo-{entry['id']}",
        }
        row = entries.Entry(
            courier=courier, awb=awb, source="operations", author=agent, kind="undo", content=content,
            given_at=now, received_at=now, case_id=entry["case_id"],
        )  # fmt: skip
        group.append((row, None))
    entries.enter_all(opened(get_settings()), group)


def opened(settings: Settings) -> Ledger:
    """The ledger of the settings, opened once. Raises LedgerError or OSError."""
    return _ledger(_place(settings), settings)


def trouble(error: Exception) -> str:
    """Why the ledger does not take or give anything, for an agent; what it was in full is for the log."""
    if isinstance(error, LedgerUnavailable):
        return "The ledger cannot be reached at the moment (its disk is full, or it is locked or gone)."
    if isinstance(error, LedgerError):
        return "The ledger does not take this; the log of the pages says why."
    return "The ledger's folder cannot be written."


def _place(settings: Settings) -> str:
    """Which ledger it is; another file at the same path is another one."""
    if settings.ledger_url:
        return settings.ledger_url.get_secret_value()
    file = settings.data_dir.resolve() / FILE
    return f"{file}:{file.stat().st_ino if file.exists() else 0}"


@st.cache_resource(max_entries=2, show_spinner=False)
def _ledger(place: str, _settings: Settings) -> Ledger:  # noqa: ARG001 - by it the open ledger is found again
    return open_ledger(_settings)
