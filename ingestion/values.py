"""How a value of each kind is read: small SQL functions of the loading session.

Owns: the patterns. A value is matched by pattern before it is cast (DuckDB casts '7.6' to 8 and reads the
offset of a timestamp without applying it), and what does not match is null, never a guess: '03-04-2026' is no
date here, '25:00' no time of day, '5.6E+11' no whole number.

Instants are microseconds since 1970 UTC inside; without an offset they are IST, a bare date stands at the
last microsecond of its IST date. `ndr_hash` is md5_number_lower(t) >> 1, which as written here costs less than
half (DuckDB 1.5). Source: the contract of the canonical feeds.
"""

from __future__ import annotations

from hashlib import md5

#: Bytes of a field above which its row is quarantined: no courier sends a remark of that size.
FIELD_BYTES = 65_536

#: Columns that hold an AWB.
AWBS = ("awb", "parent_awb")

#: The longest AWB, in characters: the ledger has room for no longer one.
AWB_CHARACTERS = 128

IST_MICROSECONDS = 19_800_000_000
_DAY_MICROSECONDS = 86_400_000_000
SEPARATOR = "chr(31)"

_ISO = (
    r"\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.]\d{1,9})?)?"
    r"(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?"
)

#: Small functions of the session that the query is written in. Instants are microseconds since 1970 UTC.
MACROS = f"""
create or replace temp macro ndr_single_spaced(t) as
    case
        when contains(t, '  ') or contains(t, chr(9)) or contains(t, chr(10)) or contains(t, chr(13))
            then regexp_replace(t, '\\s+', ' ', 'g')
        else t
    end;
create or replace temp macro ndr_is_day(t) as strlen(t) = 10;
create or replace temp macro ndr_offset(t) as
    case
        -- The usual forms first: slicing costs more than all the rest of reading an instant.
        when suffix(t, '+05:30') or strlen(t) = 16 then {IST_MICROSECONDS}
        when suffix(t, 'Z') or suffix(t, '+00:00') or suffix(t, '+00') then 0
        when strlen(t) = 19 and t[17] = ':' then {IST_MICROSECONDS}
        when t[-6] in ('+', '-')
            then (t[-6] || '1')::bigint * (t[-5:-4]::bigint * 60 + t[-2:]::bigint) * 60000000
        when t[-5] in ('+', '-') and t[-3] <> ':'
            then (t[-5] || '1')::bigint * (t[-4:-3]::bigint * 60 + t[-2:]::bigint) * 60000000
        when t[-3] in ('+', '-') then (t[-3] || '1')::bigint * t[-2:]::bigint * 3600000000
        else {IST_MICROSECONDS}
    end;
create or replace temp macro ndr_day_end(d) as epoch_us(d) + {_DAY_MICROSECONDS - 1 - IST_MICROSECONDS};
create or replace temp macro ndr_instant(t) as
    make_timestamptz(
        case
            when ndr_is_day(t) and regexp_full_match(t, '\\d{{4}}-\\d{{2}}-\\d{{2}}')
                then ndr_day_end(try_cast(t as timestamp))
            -- DuckDB casts no offset after minutes, so that minutes alone are tried next.
            when regexp_full_match(t, '{_ISO}')
                then epoch_us(coalesce(try_cast(t as timestamp), try_cast(left(t, 16) as timestamp)))
                    - ndr_offset(t)
        end
    );
create or replace temp macro ndr_date(t) as
    case
        when regexp_full_match(t, '\\d{{4}}-\\d{{2}}-\\d{{2}}([T ]00:00(:00([.]0+)?)?)?')
            then try_cast(left(t, 10) as date)
    end;
create or replace temp macro ndr_integer(t) as
    case when regexp_full_match(t, '[+-]?\\d{{1,9}}([.]0*)?') then split_part(t, '.', 1)::integer end;
create or replace temp macro ndr_decimal(t) as
    case
        when regexp_full_match(t, '[+-]?\\d{{1,10}}([.]\\d{{0,15}})?') then try_cast(t as decimal(12, 2))
    end;
create or replace temp macro ndr_number(t) as
    case
        when regexp_full_match(t, '[+-]?(\\d+[.]?\\d*|[.]\\d+)([eE][+-]?\\d{{1,3}})?')
            then try_cast(t as double)
    end;
create or replace temp macro ndr_within(n, low, high) as case when n between low and high then n end;
create or replace temp macro ndr_time(t) as
    case
        when regexp_full_match(t, '\\d{{1,2}}:\\d{{2}}(:00([.]0+)?)?')
            then lpad(split_part(t, ':', 1), 2, '0') || ':' || split_part(t, ':', 2)
        else t
    end;
create or replace temp macro ndr_pincode(t) as
    case
        when contains(t, ' ') or contains(t, '.') then regexp_replace(replace(t, ' ', ''), '[.]0+$', '')
        else t
    end;
create or replace temp macro ndr_ist_day(i) as (epoch_us(i) + {IST_MICROSECONDS}) // {_DAY_MICROSECONDS};
create or replace temp macro ndr_spreadsheet_number(t) as
    case
        when (contains(t, '+') or contains(t, '.'))
            and regexp_full_match(t, '\\d+([.]\\d+)?[eE][+]\\d+|\\d+[.]0+')
            then t
    end;
create or replace temp macro ndr_odd_awb(t) as
    case
        when (strlen(t) > {AWB_CHARACTERS} and length(t) > {AWB_CHARACTERS}) or regexp_matches(t, '\\p{{Cc}}')
            then t
    end;
create or replace temp macro ndr_hash(t) as (md5_number(t) >> 65)::bigint;
create or replace temp macro ndr_key(courier, awb) as ndr_hash(courier || {SEPARATOR} || upper(awb));
"""


def shipment_key(courier: str, awb: str) -> int:
    """`ndr_key` for one parcel: the shipment_key of the published tables."""
    digest = md5(f"{courier}\x1f{awb.upper()}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1
