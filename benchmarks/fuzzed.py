"""Bodies that couriers would not send, or would: real samples with something wrong in a place that chance picks.

Owns: the kinds of wrong. Each body is one of a seed, so that what fails can be made again.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from couriers import registry

#: Values that may stand where another is expected; a text that is as long as a limit is put in by `_long`.
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, -(10**400), 1e308, float("nan"), float("inf"), "", " ", "0", "null",
    "NaN", "\u0000", "\ud800", "\U0001f4e6", "\u202eabc", "'; drop table raw.scans; --", "2026-13-45T99:99:99",
    "9999-12-31T23:59:59", "0001-01-01", "2026-03-09", "31/02/2026", "99999999999999999999", "1e999", [], {}, [[]],
    [None], {"": {}}, ["a", 1, {}], {"a": {"b": {"c": [1, 2, {"d": None}]}}},
)  # fmt: skip

#: A receiver takes no larger push (NDR_PUSH_MAX_KB).
_LONGEST = 1 << 20


def fuzzed(number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """So many bodies, each with the slug of a courier that pushes."""
    chance = random.Random(seed)
    slugs = sorted(courier.slug for courier in registry().values() if courier.webhook)
    samples = [
        (courier.slug, json.loads(path.read_text()))
        for courier in registry().values()
        for path in sorted(courier.samples_dir.glob("webhook_*.json"))
        if not path.name.endswith(".expected.json")
    ]
    for _ in range(number):
        slug, document = chance.choice(samples)
        # One in ten is another courier's, or one's that nobody reads.
        yield slug if chance.random() < 0.9 else chance.choice(slugs), _body(chance, document)


def _body(chance: random.Random, document: Any) -> bytes:
    document = copy.deepcopy(document)
    kind = chance.random()
    if kind < 0.1:
        return json.dumps(document).encode()
    for _ in range(chance.randint(1, 3) if kind < 0.75 else 0):
        document = chance.choice(_IN_DOCUMENT)(chance, document)
    body = json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if kind >= 0.7:
        body = chance.choice(_IN_BYTES)(chance, body)
    return body[:_LONGEST]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container within a value with each of its keys or positions."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


def _at_a_place(change: Callable[[random.Random, Any, Any], None]) -> Callable[[random.Random, Any], Any]:
    def changed(chance: random.Random, document: Any) -> Any:
        places = list(_places(document))
        if places:
            change(chance, *chance.choice(places))
        return document

    return changed


def _another(chance: random.Random, parent: Any, key: Any) -> None:
    parent[key] = copy.deepcopy(chance.choice(_VALUES))


def _long(chance: random.Random, parent: Any, key: Any) -> None:
    parent[key] = chance.choice("x9 \n") * (1_000_000 if chance.random() < 0.02 else 5_000)


def _gone(_: random.Random, parent: Any, key: Any) -> None:
    del parent[key]


def _wrapped(chance: random.Random, parent: Any, key: Any) -> None:
    value = parent[key]
    for _ in range(chance.choice((1, 2, 60))):
        value = [value] if chance.random() < 0.5 else {"a": value}
    parent[key] = value


def _as_text(_: random.Random, parent: Any, key: Any) -> None:
    parent[key] = json.dumps(parent[key])


def _repeated(chance: random.Random, parent: Any, key: Any) -> None:
    parent[key] = [parent[key]] * chance.choice((2, 30))


def _renamed(chance: random.Random, parent: Any, key: Any) -> None:
    if isinstance(parent, dict):
        parent[chance.choice((key.upper(), key.lower(), f" {key}", "", "\u0000"))] = parent.pop(key)


_IN_DOCUMENT: tuple[Callable[[random.Random, Any], Any], ...] = (
    *(_at_a_place(_another),) * 4,
    *map(_at_a_place, (_long, _gone, _wrapped, _as_text, _repeated, _renamed)),
    lambda _, document: [document],
    lambda chance, _: copy.deepcopy(chance.choice(_VALUES)),
)


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _flipped(chance: random.Random, body: bytes) -> bytes:
    found = bytearray(body)
    for _ in range(chance.randint(1, 20) if found else 0):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _put_in(chance: random.Random, body: bytes) -> bytes:
    odd = (
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x00",
        b"\xef\xbb\xbf",
        b"\r\n",
        b'"',
        b"\\u",
        b"\\ud800",
        b"}",
        b"[[[[",
        b",,",
    )
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(odd) + body[at:]


def _doubled_keys(_: random.Random, body: bytes) -> bytes:
    return body.replace(b"{", b'{"AWB": "other", "awb": 1, "Status": [], "status": null, "Shipment": 7,', 1)


_IN_BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut, _cut, _flipped, _put_in, _put_in, _doubled_keys,
    lambda chance, _: chance.choice((b"[", b'{"a":', b'[{"Shipment":')) * chance.choice((10, 500, 20_000)),
    lambda chance, _: chance.choice((b"", b" ", b"NaN", b"-Infinity", b"null", b"1e999", b'"text"', b"9" * 5_000)),
    lambda chance, _: chance.randbytes(chance.randrange(2_000)),
    lambda _, body: body + b"\n" + body,
    lambda _, body: body.decode("utf-8", "replace").encode("utf-16"),
    lambda _, body: gzip.compress(body, mtime=0),
    lambda _, body: b'awb=1&status=UD&payload=' + body,
)  # fmt: skip
