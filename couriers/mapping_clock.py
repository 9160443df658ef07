"""How a mapping says that times are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from couriers.clocks import (
    EPOCHS,
    IST_OFFSET,
    PARTS,
    UTC_OFFSET,
    epoch,
    has_time,
    is_date_only,
    iso,
    written,
)
from couriers.mapping_errors import Table

ISO = "iso"


@dataclass(frozen=True)
class Clock:
    """How scanned_at is written: `iso`, `epoch_<unit>` or a format of `couriers.clocks.PARTS`; `offset` of a text
    without a zone."""

    form: str = ISO
    offset: timedelta = IST_OFFSET

    def instant(self, value: pl.Expr) -> pl.Expr:
        """The text as Datetime us UTC, null where it is not of the format."""
        if self.form == ISO:
            return iso(value, offset=self.offset)
        unit = self.form.removeprefix("epoch_")
        return epoch(value, unit) if unit in EPOCHS else written(value, self.form, self.offset)

    def is_date(self, value: pl.Expr) -> pl.Expr:
        """Whether the text is a date without a time."""
        return (
            is_date_only(value) if self.form == ISO else pl.lit("%" in self.form and not has_time(self.form))
        )


def clock_of(table: Table) -> Clock:
    """The clock of `scanned_at` in this table. Raises MappingError."""
    if not isinstance(table.items["scanned_at"], dict):
        return Clock()
    inner = table.table("scanned_at")
    form = inner.text("format") if "format" in inner.items else ISO
    if form not in (ISO, *(f"epoch_{unit}" for unit in EPOCHS)) and not _is_format(form):
        units = ", ".join(f"epoch_{unit}" for unit in EPOCHS)
        inner.fail("format", f"{ISO}, {units}, or day, month, year and time in {' '.join(PARTS)}", form)
    return Clock(form, _offset(inner))


def _is_format(form: str) -> bool:
    """Whether a written format says one instant: all of the day, and an hour only with its minute and half."""
    signs = set(re.findall(r"%.?", form))
    has_day = {"%Y", "%d"} <= signs and len({"%m", "%b"} & signs) == 1
    clock = signs & {"%H", "%I", "%p", "%M", "%S"}
    is_clock = not clock or ("%M" in clock and clock - {"%M", "%S"} in ({"%H"}, {"%I", "%p"}))
    return signs <= set(PARTS) and has_day and is_clock


def _offset(table: Table) -> timedelta:
    zone = table.text("zone") if "zone" in table.items else "IST"
    if zone in ("IST", "UTC"):
        return IST_OFFSET if zone == "IST" else UTC_OFFSET
    parts = re.fullmatch(r"([+-])([01]\d):([0-5]\d)", zone)
    if parts is None:
        table.fail("zone", "IST, UTC or an offset like +05:30", zone)
    span = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return -span if parts[1] == "-" else span
