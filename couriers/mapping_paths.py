"""Where a value stands in a JSON body: paths of a mapping, the schema that they need, and the value at each.

    strRemarks                 a field of the scan (of the body, where a body is one scan)
    place.city                 a field of an object in it
    lines[0].text              the first entry of a list
    $.shipment.strShipmentNo   the same from the beginning of the body

Refuses: fields whose names hold one of . [ ] $ ^ * or have a blank at an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from polars.datatypes import DataTypeClass

# Polars takes * and ^...$ in a name for many names.
_NAME = r"[^.\[\]$^*]+(?:\[\d{1,3}\])*"
_PATH = re.compile(rf"(\$\.)?{_NAME}(?:\.{_NAME})*")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
#: The step into any entry of a list, in a tree of fields.
_ENTRY = "[]"

#: Fields by name, each with what is below it; a value has nothing below it.
Tree = dict[str, "Tree"]


@dataclass(frozen=True)
class JsonPath:
    """A path: whether it begins at the body, its steps (names, and places in lists), and how it was written."""

    from_body: bool
    steps: tuple[str | int, ...]
    written: str

    def value(self, root: pl.Expr) -> pl.Expr:
        """What stands there, as text; `root` is the struct at which the path begins."""
        return _walk(root, self.steps)


#: The list of scans where the body itself is that list: the reader makes it a field of this name.
WHOLE = JsonPath(True, ("$",), "$")


def path_of(written: str) -> JsonPath | None:
    """The path that is written so, or None where that is no path."""
    if not _PATH.fullmatch(written) or any(
        name != name.strip() for _, name in _STEP.findall(written.removeprefix("$."))
    ):
        return None
    plain = written.removeprefix("$.")
    steps = tuple(int(place) if place else name for place, name in _STEP.findall(plain))
    return JsonPath(written != plain, steps, written)


def schema_of(
    paths: Iterable[JsonPath], scans: JsonPath | None
) -> dict[str, pl.DataType | DataTypeClass] | str:
    """The schema in which all paths can be read, or the path that reads an object or a list as a value.

    `scans` is where the list of scans stands, None where the body is the scan.
    """
    tree: Tree = {}
    for path in paths:
        inside = () if path.from_body or scans is None else (*scans.steps, 0)
        if not _plant(tree, (*inside, *path.steps)):
            return path.written
    return {name: _type(below) for name, below in tree.items()}


def list_at(root: pl.Expr, scans: JsonPath) -> pl.Expr:
    """The list of scans in the body `root`."""
    return _walk(root, scans.steps)


def _walk(root: pl.Expr, steps: tuple[str | int, ...]) -> pl.Expr:
    for step in steps:
        root = root.list.get(step, null_on_oob=True) if isinstance(step, int) else root.struct.field(step)
    return root


def _plant(tree: Tree, steps: tuple[str | int, ...]) -> bool:
    """Add the steps to the tree; false where a value would have something below it, or a field two shapes."""
    for number, step in enumerate(steps):
        name = _ENTRY if isinstance(step, int) else step
        is_new, shapes = name not in tree, set(tree) | {name}
        if (_ENTRY in shapes and len(shapes) > 1) or (
            not is_new and bool(tree[name]) == (number + 1 == len(steps))
        ):
            return False
        tree = tree.setdefault(name, {})
    return True


def _type(below: Tree) -> Any:
    if not below:
        return pl.String
    if _ENTRY in below:
        return pl.List(_type(below[_ENTRY]))
    return pl.Struct({name: _type(further) for name, further in below.items()})
