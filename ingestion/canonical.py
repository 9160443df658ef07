"""The SQL that turns a batch as it came into canonical, typed rows, and what the door needs to judge them.

Owns: the query. How a value is read is `ingestion.values`; what cannot be read stays as text in
`<column>__unread`, which the door expects to be null.

Columns of the result, each once: `ROW`, the feed's columns, `<column>__unread` of every typed column, `<column>__odd`
of every AWB (one that is too long or holds control characters), `is_date_only`,
`minutes_ahead` (of the main instant before its receipt, else before its loading; whole days for dated
facts), `oversized`, `unclean`, `nested` (names of a column, or null), `extra`, `shipment_key`, `row_hash`.
"""

from __future__ import annotations

import pyarrow as pa

from ingestion.batches import BODY, EXTRA, ROW, SOURCE
from ingestion.columns import Column, Feed
from ingestion.feeds import raw_columns
from ingestion.given import given_item, is_kept, is_nested, is_text, quoted
from ingestion.mending import MARK
from ingestion.values import AWBS, FIELD_BYTES, IST_MICROSECONDS, SEPARATOR

#: A code's identity for joining within one process; DuckDB's hash() promises nothing across versions.
CODE_HASH = "(hash(courier, via, native_code, reason_code) >> 1)::bigint"


def canonical_query(feed: Feed, table: pa.Table, *, is_native: bool, is_clean: bool) -> str:
    """The query over relation `incoming` (that table, `trimmed`); parameter $loaded_at; columns: the module's."""
    present = {name for name in table.column_names if table[name].null_count < table.num_rows}
    kinds = {name: table.schema.field(name).type for name in present}
    given = [given_item(column, kinds.get(column.name)) for column in feed.columns]
    typed: list[str] = []
    for column in feed.columns:
        typed += _typed(column, kinds.get(column.name), is_happening=column.name == feed.happened_at)
    own = {ROW, BODY, SOURCE, EXTRA, *feed.names, *(["is_date_only"] if is_native else [])}
    unknown = sorted(present - own)
    if is_native:
        typed = [part for part in typed if not part.endswith(" as is_date_only")] + ["is_date_only"]
    texts = [column.name for column in feed.columns if column.name in present and is_text(kinds[column.name])]
    nested = [
        column.name for column in feed.columns if column.name in kinds and is_nested(kinds[column.name])
    ]
    extra = _extra(feed, unknown, EXTRA in present)
    happened = quoted(feed.happened_at)
    receipt = "coalesce(received_at, $loaded_at)" if "received_at" in feed.names else "$loaded_at"
    large = [f"when strlen({quoted(name)}) > {FIELD_BYTES} then '{name}'" for name in texts]
    marked = [f"when contains({quoted(name)}, '{MARK}') then '{name}'" for name in texts]
    return f"""
    with given as (
        select "{ROW}", {", ".join(given + [quoted(name) for name in unknown])}
            {"".join(f", {quoted(name)}" for name in (EXTRA,) if name in present)}
            {", is_date_only" if is_native else ""}
        from incoming
    ), typed as (
        select "{ROW}", {", ".join(typed)}{"".join(f", {quoted(name)}" for name in unknown)}
            {f", {EXTRA}" if EXTRA in present else ""},
            {_first(large)} as oversized,
            {_first(marked if not is_clean else [])} as unclean,
            {_first([f"when {quoted(name)} is not null then '{name}'" for name in nested])} as nested
        from given
    )
    select "{ROW}", {", ".join(quoted(name) for name in feed.names)}, {", ".join(_unread(feed))},
        is_date_only, oversized, unclean, nested, {extra} as extra,
        case
            when is_date_only
                then greatest(ndr_ist_day({happened}) - ndr_ist_day({receipt}), 0) * 1440e0
            else (epoch_us({happened}) - epoch_us({receipt})) / 60e6
        end as minutes_ahead,
        ndr_key(courier, awb) as shipment_key,{_of_raw(feed)}
        ndr_hash(concat({", ".join(_hashed(feed, present, extra))})) as row_hash
    from typed
    """


def _of_raw(feed: Feed) -> str:
    """Select items of the columns that only the feed's raw table has."""
    columns = raw_columns(feed)
    items = ""
    if "known_at" in columns:
        items += f"coalesce(received_at, {quoted(feed.happened_at)}) as known_at,"
    if "parent_key" in columns:
        items += "ndr_key(courier, parent_awb) as parent_key,"
    if "code_id" in columns:
        items += f"{CODE_HASH} as code_hash,"
    return items


def _typed(column: Column, kind: pa.DataType | None, *, is_happening: bool) -> list[str]:
    """Select items of the column: its value, what was `__given`, and the main instant's `is_date_only`."""
    name, given = quoted(column.name), quoted(column.name + "__given")
    day = "false"
    if column.kind in ("text", "word", "pincode", "time"):
        return [f"{_text_value(column)} as {name}"]
    if kind is None:
        items = [f"null::{column.raw_type} as {name}", f"null::varchar as {given}"]
        return [*items, "false as is_date_only"] if is_happening else items
    if is_kept(column, kind):
        value = name
        if column.kind == "instant" and pa.types.is_date(kind):
            value, day = f"make_timestamptz(ndr_day_end({name}::timestamp))", "true"
        elif column.kind == "instant" and kind.tz is None:
            value = f"make_timestamptz(epoch_us({name}::timestamp) - {IST_MICROSECONDS})"
        elif column.kind != "instant":
            value = f"try_cast({name} as {column.raw_type})"
    else:
        value = f"ndr_{column.kind}({name})"
        day = f"coalesce(ndr_is_day({name}), false)"
    if column.is_lenient:
        value = f"ndr_within({value}, {column.low}, {column.high})"
    items = [f"{value} as {name}", f"{name} as {given}"]
    return [*items, f"{day} as is_date_only"] if is_happening else items


def _unread(feed: Feed) -> list[str]:
    """What was given and could not be read, for every AWB and every column that is not text."""
    items = []
    for column in feed.columns:
        if column.name in AWBS:
            unread = quoted(column.name + "__unread")
            items.append(f"ndr_spreadsheet_number({column.name}) as {unread}")
            items.append(f"ndr_odd_awb({column.name}) as {quoted(column.name + '__odd')}")
        if column.kind not in ("text", "word", "pincode", "time"):
            name, given = quoted(column.name), quoted(column.name + "__given")
            items.append(
                f"case when {name} is null then {given}::varchar end as {quoted(column.name + '__unread')}"
            )
    return items


def _text_value(column: Column) -> str:
    name = quoted(column.name)
    if column.name in ("courier", "via"):
        return f"lower({name})"
    if column.name in ("native_code", "reason_code"):
        return f"ndr_single_spaced({name})"
    if column.kind in ("time", "pincode"):
        return f"ndr_{column.kind}({name})"
    if column.kind == "word":
        spelt = " ".join(f"when '{word.lower()}' then '{word}'" for word in column.words)
        return f"case lower({name}) {spelt} else {name} end"
    return name


def _extra(feed: Feed, unknown: list[str], has_extra: bool) -> str:
    """A JSON object of the unknown columns and of lenient columns' values that could not be read; or null."""
    parts = [f"'{name.replace(chr(39), chr(39) * 2)}', {quoted(name)}" for name in unknown]
    for column in feed.columns:
        if column.is_lenient and column.kind == "number":
            parts.append(f"'{column.name}', {quoted(column.name + '__unread')}")
    base = f"coalesce({EXTRA}, '{{}}')" if has_extra else "'{}'"
    if not unknown and not has_extra:
        lenient = [column.name for column in feed.columns if column.is_lenient and column.kind == "number"]
        if not lenient:
            return "null::varchar"
        odd = " or ".join(f"{quoted(name + '__unread')} is not null" for name in lenient)
        return f"case when {odd} then json_merge_patch('{{}}', json_object({', '.join(parts)}))::varchar end"
    return f"nullif(json_merge_patch({base}, json_object({', '.join(parts)}))::varchar, '{{}}')"


def _first(cases: list[str]) -> str:
    return f"case {' '.join(cases)} end" if cases else "null::varchar"


def _hashed(feed: Feed, present: set[str], extra: str) -> list[str]:
    """Terms of the row's hash: every canonical column, each after a separator. A missing value is blank, so
    that a column that a file lacks hashes as one that it leaves blank."""
    terms = ["ndr_key(courier, awb)"]
    separators = 0
    for column in (*feed.columns, Column("extra"), Column("is_date_only")):
        name = quoted(column.name)
        if column.name in ("courier", "awb"):
            continue
        separators += 1
        is_there = not extra.startswith("null") if column.name == "extra" else column.name in present
        if is_there or column.name == "is_date_only":
            terms.append(" || ".join([SEPARATOR] * separators))
            terms.append(f"epoch_us({name})" if column.kind == "instant" else name)
            separators = 0
    return terms
