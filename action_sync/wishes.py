"""What the published build wants of couriers: read once for each build, never decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from couriers import registry
from ledger.wanted import Basis, Wanted
from settings import Settings

_SQL = """
select
    a.action_id, a.case_id, a.courier, a.awb, a.booked_with, a.cycle_number, a.source, a.action, a.instructed_at,
    a.requested_on, a.send_on, a.send_window_start, a.send_window_end, a.release_at,
    a.expires_at, a.priority, a.is_supported, a.latest_scan_at,
    p.new_phone, p.new_address, p.landmark, p.new_pincode, p.remarks, p.carrier, p.proof,
    p.name, p.booked_phone, p.booked_address, p.booked_pincode,
    p.action_id is not null as has_own
from published.marts.rpt_pending_actions as a
left join own.personal.prs_pending_actions as p on a.action_id = p.action_id
where a.waits_for is null
"""
_PROVEN = "select action_id, min(proven_at) from published.marts.rpt_proven_actions group by action_id"
_BUILD = "select build_id, as_of, receipt_id, entry_id from published.marts.rpt_build"


#: Fields of an order that have their names in the table.
_AS_THEY_ARE = ("landmark", "carrier", "proof", "name", "booked_phone", "booked_address", "booked_pincode")


class TwoBuilds(OSError):
    """One of the published files is replaced already, the other not yet."""


@dataclass(frozen=True)
class Wishes:
    """What a build wants; and of actions that were sent without a clear answer, the instant of a scan that shows that
    the courier took them."""

    basis: Basis
    wanted: list[Wanted]
    proven: dict[str, datetime]


def wishes(settings: Settings) -> Wishes | None:
    """What the last published build says; None where none is published.

    Raises duckdb.Error, TwoBuilds while files are being replaced: ask again.
    """
    files = [settings.published_dir / f"{name}.duckdb" for name in ("warehouse", "operations")]
    if not all(path.exists() for path in files):
        return None
    # By way of memory: a connection by path would be given the instance of the build before.
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        for path, name in zip(files, ("published", "own"), strict=True):
            escaped = str(path).replace("'", "''")
            connection.execute(f"attach '{escaped}' as {name} (read_only)")
        connection.execute("set TimeZone = 'UTC'")
        (build,) = connection.execute(_BUILD).fetchall()
        cursor = connection.execute(_SQL)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        proven = dict(connection.execute(_PROVEN).fetchall())
    if not all(row["has_own"] for row in rows):
        raise TwoBuilds("the published files are of two builds")
    return Wishes(Basis(*build), [_wanted(row) for row in rows], proven)


def _wanted(row: Mapping[str, Any]) -> Wanted:
    # New details for a courier that takes them with an attempt alone have that attempt's day.
    is_by_reattempt = row["action"] == "update_details" and row["send_on"] is not None
    order = {
        "action": "reattempt" if is_by_reattempt else row["action"],
        "requested_on": _day(row["send_on"]),
        "window_start": row["send_window_start"],
        "window_end": row["send_window_end"],
        "phone": row["new_phone"],
        "address": row["new_address"],
        "pincode": row["new_pincode"],
        "remarks": row["remarks"] or "",
        **{name: row[name] for name in _AS_THEY_ARE},
    }
    # The date and window are those that are carried; what is not carried stays as it was asked.
    content = {
        "action": row["action"], "source": row["source"], "instructed_at": row["instructed_at"].isoformat(),
        "requested_on": _day(row["requested_on"]), "window_start": row["send_window_start"],
        "window_end": row["send_window_end"], "order": order,
        "latest_scan_at": _instant(row["latest_scan_at"]), "case_id": row["case_id"],
        "cycle_number": row["cycle_number"],
    }  # fmt: skip
    courier = registry().get(row["booked_with"])
    is_told = row["is_supported"] and courier is not None and courier.actions is not None
    refused = None if is_told else "unsupported"
    return Wanted(
        row["action_id"], row["courier"], row["awb"], row["booked_with"], content, row["priority"],
        row["release_at"], row["expires_at"], refused,
    )  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
