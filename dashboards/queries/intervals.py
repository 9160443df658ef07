"""The 95% interval of a share that a page adds up itself, as SQL.

The tables carry their own intervals; counts that are added over couriers or reasons need theirs anew. A test holds the
formula to that of the tables (Wilson's).
"""

from __future__ import annotations

_Z = 1.959963984540054


def ends(part: str, whole: str, name: str) -> str:
    """Columns `name`_low and `name`_high, 0 to 1, for `part` of `whole`, both SQL; null of nothing."""
    n = f"cast({whole} as double)"
    square = _Z * _Z
    half = f"{_Z} * sqrt(({part}) * ({n} - ({part})) / {n} + {square} / 4)"
    return ", ".join(
        f"case when {whole} > 0 then least(greatest("
        f"(({part}) + {square} / 2 {sign} {half}) / ({n} + {square}), 0), 1) end as {name}_{end}"
        for sign, end in (("-", "low"), ("+", "high"))
    )
