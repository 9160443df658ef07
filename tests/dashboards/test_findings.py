"""The sentences: they compare final weeks only, and stay silent about rates of few cases."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboards import findings

MONDAYS = [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9)]


def _weekly(*rows: tuple[int, int, int, bool]) -> pl.DataFrame:
    frame = pl.DataFrame(
        [(monday, *row) for monday, row in zip(MONDAYS, rows, strict=False)],
        schema=["ndr_week", "cases", "recovered", "open_cases", "is_mature"],
        orient="row",
    )
    return frame.with_columns(recovery_rate=pl.col("recovered") / pl.col("cases"))


def _change(*rows: tuple[str, int, int, float]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=["reason_bucket", "cases", "cases_before", "effect"], orient="row")


def test_the_last_final_week_is_compared_with_the_one_before_and_the_reason_named() -> None:
    weekly = _weekly((1000, 420, 0, True), (1000, 380, 0, True), (900, 90, 700, False))
    change = _change(("address_issue", 200, 210, -0.03), ("customer_refused", 100, 100, 0.02))
    assert findings.recovery(weekly, change) == (
        "38% of the 1,000 failures of 2–8 Nov, the last final week, were delivered, "
        "4 points down on the week before; “address wrong” alone accounts for 3 points."
    )


def test_a_reason_of_few_cases_is_never_blamed() -> None:
    weekly = _weekly((1000, 420, 0, True), (1000, 380, 0, True))
    assert "alone" not in findings.recovery(weekly, _change(("address_issue", 29, 210, -0.03)))


def test_few_cases_speak_by_their_count() -> None:
    told = findings.recovery(_weekly((20, 9, 0, True)), _change())
    assert told == "9 of the 20 failures of 26 Oct – 1 Nov, the last final week, were delivered."


def test_a_week_that_is_not_final_is_so_far_and_says_what_is_open() -> None:
    told = findings.recovery(_weekly((988, 306, 217, False)), _change())
    assert told == "No week is final yet; in the latest (26 Oct – 1 Nov) so far 31% of 988, 22% still open."


def test_speed_and_result_are_told_from_bands_with_enough_cases() -> None:
    bands = pl.DataFrame(
        {
            "response_band": ["within_30m", "4h_24h", "over_48h"],
            "cases": [400, 300, 12],
            "recovery_rate": [0.51, 0.23, 0.9],
        }
    )
    assert findings.response(bands) == "Reached within 30 min: 51% delivered; 4 to 24 h: 23%"
