"""What `ndr doctor` finds in the ledger, its archive and the couriers' secrets. Changes nothing."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta

import duckdb

from action_sync.serve import targets
from couriers.mapping_errors import MappingError
from ingestion.position import check
from ledger.database import Ledger, has_ledger, open_ledger
from ledger.errors import LedgerError, OtherLedger
from ledger.identity import identity
from ledger.inspection import Condition, has_receipts_of, inspect, is_current
from ledger.outbox_health import outbox_health
from ledger.progress import backlog
from ledger.retention import oldest_kept
from orchestration.findings import Finding
from orchestration.lock import is_locked
from receiver.errors import ReceiverError
from receiver.gates import gates
from receiver.health import problems
from settings import IST, Settings

_FAILS = "couriers are answered 503 and send again; what was acknowledged is safe"


def ledger(settings: Settings) -> Iterator[Finding]:
    """Whether it can be opened and written, what waits in it and since when, and whether its archive is whole."""
    if not (settings.data_dir.is_dir() and has_ledger(settings)):
        return
    try:
        opened = open_ledger(settings, upgrade=False)
        try:
            yield from _opened(settings, opened)
        finally:
            opened.close()
    except LedgerError as error:
        mend = "see that the database runs and that NDR_LEDGER_URL is right"
        yield Finding("wrong", "ledger", f"{error}: {_FAILS}", mend)


def webhooks(settings: Settings) -> Iterator[Finding]:
    """Which couriers can prove themselves, and which sent before and cannot any more."""
    try:
        doors = gates(settings)
    except (ReceiverError, MappingError) as error:
        yield Finding("wrong", "webhooks", str(error), "correct the setting: the receiver does not start")
        return
    known = [slug for slug, gate in doors.items() if gate.secrets]
    if known:
        yield Finding("well", "webhooks", f"taken from {', '.join(known)}")
    for slug in _silenced(settings, [slug for slug, gate in doors.items() if not gate.secrets]):
        text = f"{slug} sent webhooks before and has no secret now: all that it sends is refused"
        yield Finding("wrong", "webhooks", text, f"set NDR_{slug.upper()}_WEBHOOK_SECRET")


def _opened(settings: Settings, opened: Ledger) -> Iterator[Finding]:
    if not is_current(opened):
        yield Finding(
            "warning",
            "ledger",
            "it has another version's tables",
            "start ndr up of this version: it brings them over",
        )
        return
    faults = problems(settings, opened)
    for fault in faults:
        yield Finding("wrong", "ledger", f"{fault}: {_FAILS}", "make room on its disk, or end what holds it")
    found = inspect(opened, settings.receipts_dir)
    if not faults:
        unused = f", {found.unused / 1e6:,.1f} MB of them free for what comes" if found.unused else ""
        yield Finding("well", "ledger", f"can be written, {found.size / 1e6:,.1f} MB{unused}")
    path = settings.data_dir / "ledger.db"
    if settings.ledger_url is None and stat.S_IMODE(path.stat().st_mode) & 0o077:
        text = "ledger.db holds personal data and others may read it"
        yield Finding("wrong", "permissions", text, f"chmod 600 {path}")
    yield from _origin(settings, opened)
    yield _waiting(settings, opened)
    yield from _orders(settings, opened)
    yield from _archive(settings, found)


def _origin(settings: Settings, opened: Ledger) -> Iterator[Finding]:
    """Whether the warehouse was loaded from this ledger, unless somebody writes it now."""
    if not settings.warehouse_path.exists() or is_locked(settings.data_dir):
        return
    try:
        with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
            check(connection, identity(opened))
    except OtherLedger as error:
        yield Finding("wrong", "warehouse", str(error), "nothing is loaded or built before")
    except duckdb.Error:
        pass  # of an earlier version, or `warehouse` says so


def _waiting(settings: Settings, opened: Ledger) -> Finding:
    behind = backlog(opened)
    if behind.oldest_at is None:
        return Finding("well", "receipts", "all are loaded")
    minutes = (settings.now() - behind.oldest_at).total_seconds() / 60
    text = (
        f"{behind.waiting:,} wait to be loaded, since {behind.oldest_at.astimezone(IST):%d %b %Y %H:%M} IST"
    )
    if minutes <= settings.freshness_minutes:
        return Finding("well", "receipts", text)
    return Finding("warning", "receipts", text, "ndr build loads them; ndr up does it by itself")


def _orders(settings: Settings, opened: Ledger) -> Iterator[Finding]:
    health = outbox_health(opened, settings.now())
    told = targets()
    for slug, count in sorted(health.stuck.items()):
        why = f"set NDR_{slug.upper()}_TOKEN, or what couriers/{slug}/README.md names"
        mend = "ndr up sends them, or ndr dispatch" if slug in told else why
        since = f"{health.stuck_since[slug].astimezone(IST):%d %b %Y %H:%M} IST"
        yield Finding("wrong", "orders", f"{count:,} for {slug} wait to be sent, since {since}", mend)
    if health.raised:
        mend = "ask the courier, then say on the case page what it said (Actions, tab Unknown, lists them)"
        yield Finding(
            "wrong", "orders", f"of {health.raised:,} it is not known whether the courier took them", mend
        )
    if health.states and not (health.stuck or health.raised):
        yield Finding(
            "well",
            "orders",
            f"none is stuck; {health.sent_today:,} sent in a day, {health.failed_today:,} failed",
        )


def _archive(settings: Settings, found: Condition) -> Iterator[Finding]:
    for name in found.missing:
        text = f"{settings.receipts_dir / name} is missing, and its receipts are nowhere else"
        yield Finding(
            "wrong", "archive", text, "restore it from a copy; until then no ndr rebuild can be whole"
        )
    if found.archived and not found.missing:
        yield Finding("well", "archive", f"{found.archived:,} files of old receipts are there")
    # One night may be missed.
    due = oldest_kept(settings.now(), settings.ledger_days) - timedelta(days=1)
    if found.oldest_at and found.oldest_at < due:
        text = f"the ledger holds receipts of {found.oldest_at.astimezone(IST):%d %b %Y}"
        mend = f"ndr retain moves what is loaded and older than NDR_LEDGER_DAYS ({settings.ledger_days})"
        yield Finding("warning", "archive", text, mend)


def _silenced(settings: Settings, slugs: list[str]) -> list[str]:
    if not has_ledger(settings):
        return []
    try:
        opened = open_ledger(settings, upgrade=False)
        try:
            return [slug for slug in slugs if is_current(opened) and has_receipts_of(opened, slug)]
        finally:
            opened.close()
    except LedgerError:
        return []  # `ledger` says so
