"""What left the ledger is published again by a rebuild, row for row."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import polars as pl

from benchmarks.published import differing_tables
from ingestion.receipts import load_receipts
from ledger.database import open_ledger
from ledger.receipts import Receipt, after, keep
from settings import IST, Settings
from simulator.history import generate
from tests import commands

UNTIL = datetime.fromisoformat("2026-03-31T12:00:00+05:30")


def ndr(folder: Path, *arguments: str, **settings: str) -> str:
    """The command on a data folder of its own; what it said."""
    clock = {"NDR_CLOCK_START": UNTIL.isoformat(), "NDR_CLOCK_SPEED": "1e-9"}
    return commands.ndr(folder, *arguments, **clock, **settings).stderr


def pushes(scans: pl.DataFrame) -> list[Receipt]:
    """Delhivery's scans as it pushes them, in the order in which they came."""
    found = []
    for scan in scans.sort("received_at").iter_rows(named=True):
        kind, _, status = scan["native_code"].partition("|")
        at = scan["scanned_at"].astimezone(IST)
        told = {"StatusType": kind, "Status": status, "StatusDateTime": f"{at:%Y-%m-%dT%H:%M:%S}"}
        told |= {"StatusLocation": scan["location"], "Instructions": scan["remark"]}
        body = {"Shipment": {"AWB": scan["awb"], "NSLCode": scan["reason_code"], "Status": told}}
        found.append(
            Receipt("delhivery", "push", json.dumps(body).encode(), scan["received_at"], {}, message_id=None)
        )
    return found


def test_a_rebuild_after_receipts_left_publishes_the_same(tmp_path: Path) -> None:
    """Most left in two runs; some came after the first, and some are still in the ledger."""
    world, data = tmp_path / "world", tmp_path / "data"
    generate(300, 30, 11, world, UNTIL)
    scans = pl.read_parquet(world / "scans.parquet")
    is_pushed = (pl.col("courier") == "delhivery") & pl.col("via").is_null()
    scans.filter(~is_pushed).write_parquet(world / "scans.parquet")
    given = pushes(scans.filter(is_pushed))
    ndr(data, "load", str(world))
    settings = Settings(data_dir=data, clock_start=UNTIL, clock_speed=1e-9)
    ledger = open_ledger(settings)
    half = len(given) // 2
    keep(ledger, given[:half])
    load_receipts(settings, ledger)
    assert "left the ledger" in ndr(data, "retain", NDR_LEDGER_DAYS="20")
    keep(ledger, given[half:])
    ndr(data, "build")
    ndr(data, "retain", NDR_LEDGER_DAYS="5")
    left = len(given) - len(after(ledger, 0, 10_000))
    assert half < left < len(given)
    published, before = data / "published" / "warehouse.duckdb", tmp_path / "before.duckdb"
    published.replace(before)
    settings.warehouse_path.unlink()
    ndr(data, "rebuild")
    ledger.close()
    assert differing_tables(before, published) == []
