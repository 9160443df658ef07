"""A courier without a reader, described in a small TOML file instead of code.

Owns: the file's keys and what is wrong with one, in a line that names file, key and what was expected. Pure: text
in, `Courier` out. docs/mappings.md tells the keys to whoever writes one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from couriers.contract import LEGS, SCHEMES, Courier, Webhook
from couriers.mapping_clock import clock_of
from couriers.mapping_codes import codes_of
from couriers.mapping_errors import MappingError, Table
from couriers.mapping_paths import WHOLE, JsonPath, path_of, schema_of
from couriers.mapping_reader import FIELDS, REQUIRED, Given, Mapping, reader_of

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: The header of each scheme, where the file names none.
_HEADERS = {"token": "Authorization", "body_hmac": "", "standard": "webhook-signature"}


def mapped_courier(file_name: str, content: str, known: Courier | None, folder: Path) -> Courier:
    """The courier that a mapping describes: `known` with what the file adds, or one of its own.

    `file_name` is `<slug>.toml`, `folder` where it lies (a courier of its own has no other). Raises MappingError.
    """
    slug = file_name.removesuffix(".toml")
    if not _SLUG.fullmatch(slug):
        raise MappingError(f"{file_name}: expected a name like dtdc.toml: small letters, digits and _")
    try:
        table = Table(file_name, "", tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{file_name}: expected TOML, found a mistake: {error}") from error
    table.only("name", "webhook", "push", "codes", "reasons", "texts")
    if known is None:
        for needed in ("name", "webhook", "push"):
            if needed not in table.items:
                table.fail(needed, "a value, as no courier of this name is known", None)
        known = Courier(slug, table.text("name"), folder / slug)
    return replace(
        known,
        name=table.text("name") if "name" in table.items else known.name,
        webhook=_webhook(table.table("webhook")) if "webhook" in table.items else known.webhook,
        push_reader=reader_of(_mapping(slug, table.table("push")))
        if "push" in table.items
        else known.push_reader,
        own_codes=codes_of(table),
    )


def _webhook(table: Table) -> Webhook:
    table.only("scheme", "header")
    scheme = table.text("scheme")
    if scheme not in SCHEMES:
        table.fail("scheme", f"one of {', '.join(SCHEMES)}", scheme)
    header = table.text("header") if "header" in table.items else _HEADERS[scheme]
    if not header:
        table.fail("header", "the name of the header that holds the signature", None)
    return Webhook(scheme, header, "inferred")


def _mapping(slug: str, table: Table) -> Mapping:
    table.only("scans", *FIELDS)
    for needed in REQUIRED:
        if needed not in table.items:
            table.fail(needed, "where it stands in the body", None)
    scans = _scans(table)
    fields = {name: _given(table, name) for name in FIELDS if name in table.items}
    for name in ("awb", "scanned_at"):
        if not fields[name].paths:
            table.fail(name, "a path, as it differs from scan to scan", table.items[name])
    for name, given in fields.items():
        if scans == WHOLE and any(path.from_body for path in given.paths):
            table.fail(name, "a path in the scan, as the body is a list", table.items[name])
    mapping = Mapping(slug, fields, clock_of(table), scans, _legs(table))
    if scans and all(path.from_body for path in mapping.paths()):
        table.fail(
            "scans", "that some path begins at the scan, as each scan would be the same", scans.written
        )
    schema = schema_of(mapping.paths(), scans)
    if isinstance(schema, str):
        table.fail(schema, "a value at this path, where another path goes on below it", schema)
    if "body_index" in schema:
        table.fail("body_index", "paths that begin with another name", "body_index")
    return mapping


def _scans(table: Table) -> JsonPath | None:
    if "scans" not in table.items:
        return None
    return WHOLE if table.items["scans"] == WHOLE.written else _path(table, "scans", table.items["scans"])


def _given(table: Table, name: str) -> Given:
    value = table.items[name]
    if not isinstance(value, dict):
        return Given(_paths(table, name, value))
    inner = table.table(name)
    inner.only("path", "separator", "value", *_OPTIONS.get(name, ()))
    if ("path" in inner.items) == ("value" in inner.items):
        table.fail(name, "either a path or a value", value)
    if "value" in inner.items:
        return Given(constant=inner.text("value"))
    separator = inner.items.get("separator", " ")
    if not isinstance(separator, str):
        inner.fail("separator", "a text", separator)
    return Given(_paths(inner, "path", inner.items["path"]), separator)


#: Keys that one field alone has.
_OPTIONS = {"scanned_at": ("format", "zone"), "leg": LEGS}


def _paths(table: Table, key: str, value: Any) -> tuple[JsonPath, ...]:
    written = value if isinstance(value, list) else [value]
    if not written:
        table.fail(key, "a path like shipment.awb", value)
    return tuple(_path(table, key, item) for item in written)


def _path(table: Table, key: str, value: Any) -> JsonPath:
    path = path_of(value) if isinstance(value, str) else None
    if path is None:
        table.fail(key, "a path like shipment.awb, $.awb or lines[0].text", value)
    return path


def _legs(table: Table) -> dict[str, str]:
    if "leg" not in table.items:
        return {}
    inner = table.table("leg") if isinstance(table.items["leg"], dict) else table.fail("leg", *_LEG)
    words = {word.lower(): leg for leg in LEGS for word in inner.texts(leg)}
    return words or table.fail("leg", *_LEG)


_LEG = ("a path, and the courier's words of each leg: forward = [...], return = [...]", None)
