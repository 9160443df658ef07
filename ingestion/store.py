"""Judged rows into schema raw: keys, codes, the feed's table, and no exact copy twice.

Owns: the writing, all inside the caller's transaction. Nothing depends on the order of arrival: a key's
spelling is the smallest seen, and copies are recognised by `row_hash` whatever file they came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from ingestion.batches import ROW
from ingestion.canonical import CODE_HASH
from ingestion.columns import Feed
from ingestion.errors import RefusedFile
from ingestion.feeds import raw_columns
from ingestion.given import quoted


@dataclass(frozen=True)
class Load:
    """One file's load: what its rows are stored under, and the connection whose transaction is open."""

    connection: duckdb.DuckDBPyConnection
    feed: Feed
    file_name: str
    load_id: int
    loaded_at: datetime


def begin(load: Load) -> None:
    """Make the temporary registry of the load's keys."""
    load.connection.execute(
        "create or replace temp table load_keys (shipment_key bigint, courier varchar, awb varchar)"
    )


# Tables of Arrow are named in SQL by the variable that holds them: a registered one is a view, and the
# transaction would keep every batch of the file in memory until its end.


def add(load: Load, staged: pa.Table, failed: pa.Table) -> None:  # noqa: ARG001
    """Store the rows of `staged` (`ingestion.canonical`) but for those whose `ROW` is in `failed`."""
    kept = f'where "{ROW}" not in (select "{ROW}" from failed)' if failed.num_rows else ""
    load.connection.execute(
        "insert into load_keys "
        f"select shipment_key, courier, min(awb) from staged {kept} group by shipment_key, courier"
    )
    columns = raw_columns(load.feed)
    source = {name: f"staged.{quoted(name)}" for name in columns} | {"load_id": str(load.load_id)}
    codes = ""
    if "code_id" in columns:
        load.connection.execute(f"""
            insert into raw.codes
            select (select coalesce(max(code_id), 0) from raw.codes)
                + row_number() over (order by courier, via, native_code, reason_code), *
            from (
                select any_value(courier) as courier, any_value(via) as via,
                    any_value(native_code) as native_code, any_value(reason_code) as reason_code
                from staged {kept} group by code_hash
                having code_hash not in (select {CODE_HASH} from raw.codes)
            )
        """)
        source["code_id"] = "codes.code_id"
        codes = f"join (select code_id, {CODE_HASH} as code_hash from raw.codes) as codes using (code_hash)"
    load.connection.execute(
        f"insert into raw.{load.feed.name} ({', '.join(map(quoted, columns))}) "
        f"select {', '.join(source[name] for name in columns)} from staged {codes} {kept}"
    )


#: Tells two shipments of one key apart, within one process: DuckDB's hash() promises nothing across versions.
_IDENTITY = "hash(courier, upper(awb))"


def finish(load: Load) -> int:
    """Register the load's keys and take out its exact copies; returns how many there were.

    Raises `RefusedFile` when two AWBs have one key: their parcels could not be told apart.
    """
    load.connection.execute(f"""
        create or replace temp table load_keys as
        select shipment_key, any_value(courier) as courier, min(awb) as awb, max(awb) as other,
            min({_IDENTITY}) as identity, max({_IDENTITY}) as other_identity
        from load_keys group by shipment_key
    """)
    clash = load.connection.execute(f"""
        select awb, other from load_keys where identity <> other_identity
        union all
        select new.awb, known.awb
        from (select shipment_key, awb, {_IDENTITY} as identity from raw.shipment_keys) as known
        join load_keys as new using (shipment_key)
        where known.identity <> new.identity
        limit 1
    """).fetchone()
    if clash:
        raise RefusedFile(
            f"{load.file_name}: AWBs {clash[0]!r} and {clash[1]!r} have one shipment_key; report this"
        )
    load.connection.execute("""
        update raw.shipment_keys set awb = new.awb from load_keys as new
        where shipment_keys.shipment_key = new.shipment_key and new.awb < shipment_keys.awb
    """)
    load.connection.execute(f"""
        insert into raw.shipment_keys
        select shipment_key, courier, awb, {load.load_id} from load_keys
        where shipment_key not in (select shipment_key from raw.shipment_keys)
    """)
    return _take_out_copies(load)


def _take_out_copies(load: Load) -> int:
    table = f"raw.{load.feed.name}"
    load.connection.execute(f"""
        create or replace temp table copies as
        select row_hash, true as is_known from {table} as earlier
        where load_id <> {load.load_id}
            and row_hash in (select row_hash from {table} where load_id = {load.load_id})
        group by row_hash
    """)
    load.connection.execute(f"""
        insert into copies
        select row_hash, false from {table} where load_id = {load.load_id}
        group by row_hash having count(*) > 1 and row_hash not in (select row_hash from copies)
    """)
    row = load.connection.execute("select count(*) from copies").fetchone()
    if row is None or row[0] == 0:
        return 0
    deleted = load.connection.execute(f"""
        delete from {table} where rowid in (
            select rowid from (
                select loaded.rowid, is_known,
                    row_number() over (partition by row_hash order by loaded.rowid) as copy
                from {table} as loaded join copies using (row_hash)
                where loaded.load_id = {load.load_id}
            ) where is_known or copy > 1
        )
    """).fetchone()
    return int(deleted[0]) if deleted else 0


#: Columns that say how a row came and not what it says.
_ARRIVAL = ("shipment_key", "code_id", "scanned_at", "load_id", "known_at", "received_at", "row_hash")


def take_out_retold(load: Load) -> int:
    """Take out the load's scans that loads of its name told before and that differ in their time of receipt alone:
    couriers answer, and some push, the whole history each time. What was received first stays. Returns how many."""
    same = " and ".join(
        f"loaded.{quoted(name)} is not distinct from earlier.{quoted(name)}"
        for name in raw_columns(load.feed)
        if name not in _ARRIVAL
    )
    deleted = load.connection.execute(
        f"""
        with ours as (select load_id from raw.loads where file_name = $name union all select $load_id),
        loaded as (select *, rowid as place from raw.scans where load_id = $load_id),
        earlier as (
            select *, rowid as place from raw.scans
            where load_id in (from ours) and shipment_key in (select shipment_key from loaded)
        )
        delete from raw.scans where rowid in (
            select loaded.place from loaded join earlier using (shipment_key, code_id, scanned_at)
            where (earlier.known_at, earlier.load_id, earlier.place) < (loaded.known_at, loaded.load_id, loaded.place)
                and {same}
        )
        """,
        {"name": load.file_name, "load_id": load.load_id},
    ).fetchone()
    return int(deleted[0]) if deleted else 0
