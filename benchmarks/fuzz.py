"""Fuzzed bodies through the receiver and the loader: none breaks anything, each is accepted or told why not."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.commands import done
from benchmarks.fuzzed import fuzzed
from benchmarks.receivers import Receiver
from couriers import registry
from ingestion.receipts import load_receipts
from ledger.database import Ledger, open_ledger
from ledger.receipts import Receipt, after, keep
from settings import Settings

#: One body in so many goes over HTTP, the others straight into the ledger.
POSTED = 50


def prove_fuzz(folder: Path, bodies: int) -> bool:
    """Send, load, count what became of each body; prints the counts. Exits when a build of it does not publish."""
    data = folder / "fuzzed"
    given = list(fuzzed(bodies))
    is_answered = _post(data, given[::POSTED])
    settings = Settings(data_dir=data)
    ledger = open_ledger(settings)
    del given[::POSTED]
    _keep(ledger, given)
    began = time.monotonic()
    results = load_receipts(settings, ledger)
    seconds = time.monotonic() - began
    is_counted = all(
        one.rows_read == one.rows_loaded + one.rows_duplicate + one.rows_quarantined for one in results
    )
    came = _received(ledger)
    ledger.close()
    became, silent = _became(settings, came)
    told_before = sum(_is_all_there(settings, slug, bodies) for (slug,), bodies in silent.group_by("courier"))
    kept_out = became["partly"] + became["wholly"]
    neither = silent.height - told_before
    sys.stdout.write(
        f"fuzz: {bodies:,} bodies, {-(-bodies // POSTED):,} of them over HTTP, loaded in {seconds:,.0f} s:"
        f" {became['accepted']:,} accepted, {kept_out:,} quarantined with a reason (of {became['partly']:,} of them"
        f" some scans are accepted), {told_before:,} told again what is there, {neither:,} neither\n"
    )
    done(data, "build")
    is_whole = became["accepted"] + kept_out + told_before == bodies == came.height
    return is_answered and is_counted and is_whole


def _post(data: Path, given: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a receiver acknowledged each body, as it must where the sender is proven, and still stands."""
    with Receiver(data) as receiver:
        receiver.start(until_ready=True)
        # A signature over the body alone makes equal bodies one message.
        others = [(slug if slug != "ekart" else "delhivery", body) for slug, body in given]
        refused = [slug for slug, body in others if receiver.post(slug, body) != 200]
        is_ready = receiver.is_ready()
        receiver.end(signal.SIGTERM)
    if refused:
        sys.stdout.write(f"fuzz: {len(refused)} bodies were not acknowledged\n")
    return is_ready and not refused


def _keep(ledger: Ledger, given: Iterable[tuple[str, bytes]]) -> None:
    """Each has an instant of its own, by which its scans are known again in the warehouse."""
    at = datetime.now(UTC)
    step = timedelta(microseconds=1)
    receipts = (
        Receipt(slug, "push", body, at + step * number, {}) for number, (slug, body) in enumerate(given)
    )
    while group := list(islice(receipts, 500)):
        keep(ledger, group)


def _received(ledger: Ledger) -> pl.DataFrame:
    """id, courier, body (text) and came_at of every receipt."""
    rows: list[tuple[int, str, str, datetime]] = []
    position = 0
    while group := after(ledger, position, 2_000):
        rows += [(row.id, row.courier, row.body.decode("utf-8", "replace"), row.received_at) for row in group]
        position = group[-1].id
    return pl.DataFrame(
        rows,
        schema={"id": pl.Int64, "courier": pl.String, "body": pl.String, "came_at": pl.Datetime("us", "UTC")},
        orient="row",
    )


def _became(settings: Settings, came: pl.DataFrame) -> tuple[dict[str, int], pl.DataFrame]:
    """How many bodies were accepted, and partly or wholly kept out with a reason; and the other bodies."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.register("came", came.to_arrow())
        became = connection.execute(
            """
            select *,
                came_at in (select received_at from raw.scans) as has_scans,
                id in (select row_number from raw.quarantine where length(message) > 10) as is_kept_out
            from came
            """
        ).pl()
    has_scans, is_kept_out = pl.col("has_scans"), pl.col("is_kept_out")
    counts = {
        "accepted": became.filter(has_scans & ~is_kept_out).height,
        "partly": became.filter(has_scans & is_kept_out).height,
        "wholly": became.filter(~has_scans & is_kept_out).height,
    }
    return counts, became.filter(~has_scans & ~is_kept_out)


def _is_all_there(settings: Settings, slug: object, bodies: pl.DataFrame) -> int:
    """Of how many bodies every scan is in the warehouse since an earlier one, which is why none was stored again."""
    reader = registry()[str(slug)].push_reader
    if reader is None:
        return 0
    rows = reader(bodies["body"]).rows
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.register("told", rows.select("body_index", "courier", "awb", "scanned_at").to_arrow())
        found = connection.execute(
            """
            select count(*) from (
                select body_index from told group by body_index
                having bool_and((courier, upper(awb), scanned_at) in (
                    select (keys.courier, upper(keys.awb), scans.scanned_at)
                    from raw.scans join raw.shipment_keys as keys using (shipment_key)
                ))
            )
            """
        ).fetchone()
    return int(found[0]) if found else 0
