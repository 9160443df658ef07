"""Wilson's interval stands twice, as a macro for the tables and as SQL of the pages: both say the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
from jinja2 import Environment

from dashboards.queries.intervals import ends

MACROS = Path(__file__).parents[2] / "dbt_project" / "macros" / "intervals.sql"
PAIRS = """
    select k, n from range(1, 151) as a(n), range(0, 151) as b(k) where k <= n
    union all
    select k, n from (values (0, 0), (0, 1000003), (1, 1000003), (500001, 1000003), (1000003, 1000003)) as t(k, n)
"""


def test_the_interval_of_the_pages_is_that_of_the_tables() -> None:
    """But for the tables' rounding to a millionth; of nothing both are null."""
    macros = Environment(autoescape=False).from_string(MACROS.read_text(encoding="utf-8")).module  # noqa: S701
    rows = duckdb.sql(f"""
        select k, n, {macros.wilson_low("k", "n")} as low, {macros.wilson_high("k", "n")} as high,
            {ends("k", "n", "page")}
        from ({PAIRS})
    """).fetchall()
    assert len(rows) == 150 * 151 // 2 + 150 + 5
    for k, n, low, high, page_low, page_high in rows:
        if n == 0:
            assert (low, high, page_low, page_high) == (None,) * 4
            continue
        assert abs(low - page_low) < 6e-7 and abs(high - page_high) < 6e-7, (k, n)
        assert 0 <= low <= k / n <= high <= 1, (k, n)
