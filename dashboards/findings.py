"""The sentences that say what the numbers mean: first lines of pages and titles of charts.

Owns: comparing, choosing the most telling row, wording. Refuses: a rate of fewer than SMALL_N cases and a
verdict on weeks that are not final.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from dashboards import words
from dashboards.formats import SMALL_N, count, duration, percent, plural, points, rate, week

MOST_OF_THE_MIX = 0.75
"""A courier without cases for more of the mix than a quarter is compared on another mix, so not by name."""
BAND_ORDER = tuple(words.BANDS)


def recovery(weekly: pl.DataFrame, change: pl.DataFrame) -> str:
    """The Recovery page's first line."""
    final = weekly.filter(pl.col("is_mature"))
    if final.is_empty():
        row = weekly.row(-1, named=True)
        told = rate(row["recovered"], row["cases"], False, row["open_cases"])
        return f"No week is final yet; in the latest ({week(row['ndr_week'])}) {told}."
    row = final.row(-1, named=True)
    days, cases = week(row["ndr_week"]), count(row["cases"])
    if row["cases"] < SMALL_N:
        return f"{count(row['recovered'])} of the {cases} failures of {days}, the last final week, were delivered."
    told = f"{percent(row['recovery_rate'])} of the {cases} failures of {days}, the last final week, were delivered"
    if final.height < 2:
        return told + "."
    moved = row["recovery_rate"] - final.row(-2, named=True)["recovery_rate"]
    return f"{told}, {points(moved)}{_driver(change, moved)}."


def _driver(change: pl.DataFrame, moved: float) -> str:
    large = change.filter((pl.col("cases") >= SMALL_N) & (pl.col("cases_before") >= SMALL_N))
    same_way = large.filter((pl.col("effect") > 0) == (moved > 0))
    if same_way.is_empty() or round(abs(same_way["effect"][0]) * 100) == 0:
        return ""
    size = round(abs(same_way["effect"][0]) * 100)
    name = words.plain(same_way["reason_bucket"][0], words.REASONS).lower()
    return f"; “{name}” alone accounts for {size} {plural(size, 'point')}"


def trend(weekly: pl.DataFrame) -> str:
    final = weekly.filter((pl.col("is_mature")) & (pl.col("cases") >= SMALL_N))
    if final.height < 2:
        return "Recovery by week: too few final weeks to compare"
    best, last = final.sort("recovery_rate").row(-1, named=True), final.row(-1, named=True)
    if best["ndr_week"] == last["ndr_week"]:
        return (
            f"{percent(last['recovery_rate'])} delivered in the last final week: the best of {final.height}"
        )
    return (
        f"{percent(last['recovery_rate'])} delivered in the last final week; "
        f"the best was {percent(best['recovery_rate'])}, {week(best['ndr_week'])}"
    )


def same_age(curves: pl.DataFrame, latest: pl.DataFrame) -> str:
    """Title of the curves: the newest week beside the last final one on the same day."""
    if latest.is_empty():
        return "Delivered by each day since the failure"
    row = latest.row(-1, named=True)
    told = f"{week(row['ndr_week'])}: {percent(row['incidence'])} delivered by day {row['day']}"
    before = curves.filter(pl.col("is_mature") & pl.col("is_firm") & (pl.col("day") == row["day"]))
    if before.is_empty():
        return told
    return f"{told}; the last final week had {percent(before['incidence'][0])} by then"


def volume(by_reason: pl.DataFrame) -> str:
    top = by_reason.row(0, named=True)
    name = words.plain(top["reason_bucket"], words.REASONS)
    return f"{name} is {percent(top['share'])} of {count(by_reason['cases'].sum())} failures"


def heat(by_reason: pl.DataFrame) -> str:
    known = by_reason.filter(pl.col("final_cases") >= SMALL_N).with_columns(
        rate=pl.col("final_recovered") / pl.col("final_cases")
    )
    if known.height < 2:
        return "Recovery by reason and week"
    ranked = known.sort("rate")
    low, high = ranked.row(0, named=True), ranked.row(-1, named=True)
    names = [words.plain(row["reason_bucket"], words.REASONS) for row in (high, low)]
    return f"{names[0]} recovers best at {percent(high['rate'])}, {names[1].lower()} worst at {percent(low['rate'])}"


def response(bands: pl.DataFrame) -> str:
    """Title of the response chart: speed against result, among final weeks."""
    by_band: dict[str, dict[str, Any]] = {row["response_band"]: row for row in bands.to_dicts()}
    large = [by_band[band] for band in BAND_ORDER if by_band.get(band, {"cases": 0})["cases"] >= SMALL_N]
    reached = [row for row in large if row["response_band"] != "none"]
    if len(reached) < 2:
        return "Recovery by how fast the customer was reached"
    fast, slow = reached[0], reached[-1]
    return (
        f"Reached {words.BANDS[fast['response_band']]}: {percent(fast['recovery_rate'])} delivered; "
        f"{words.BANDS[slow['response_band']]}: {percent(slow['recovery_rate'])}"
    )


def response_time(weeks: pl.DataFrame) -> str:
    known = weeks.filter(pl.col("reached") > 0)
    if known.is_empty():
        return "Nobody was reached in these weeks"
    row = known.row(-1, named=True)
    return f"Median time to the first contact: {duration(row['median_response_minutes'])} in the latest week"


def final_weeks(found: Mapping[str, Any]) -> str:
    """What the numbers of final weeks are of, from `queries.build.final_weeks`."""
    first, last = found["first_week"], found["last_week"] + timedelta(days=6)
    weeks, later = found["weeks"], found["later_cases"]
    told = (
        f"{count(found['cases'])} cases of {weeks} final {plural(weeks, 'week')}, "
        f"{first.day} {first:%b} to {last.day} {last:%b}"
    )
    return f"{told}; {count(later)} of later weeks do not count yet" if later else told


def couriers(scorecard: pl.DataFrame, names: Mapping[str, str]) -> str:
    """The Couriers page's first line: whose rate the mix of reasons flatters or hides, and who does as asked."""
    known = _comparable(scorecard)
    if known.is_empty():
        return f"No courier here has {SMALL_N} cases of final weeks on most reasons: too few to compare."
    shift = pl.col("recovery_rate_standardised") - pl.col("recovery_rate")
    row = known.sort(shift.abs()).row(-1, named=True)
    raw, same = percent(row["recovery_rate"]), percent(row["recovery_rate_standardised"])
    name = words.plain(row["courier"], dict(names))
    told = (
        f"{name}{'’' if name.endswith('s') else '’s'} {raw} becomes {same} on the same mix of reasons"
        if raw != same
        else "No courier’s recovery moves by a point on the same mix of reasons"
    )
    asked = scorecard.filter(pl.col("judged") >= SMALL_N).sort("honoured_share")
    if asked.height < 2:
        return told + "."
    least, most = asked.row(0, named=True), asked.row(-1, named=True)
    return (
        f"{told}; {words.plain(most['courier'], dict(names))} honoured {percent(most['honoured_share'])} "
        f"of {count(most['judged'])} accepted reattempts, {words.plain(least['courier'], dict(names))} "
        f"{percent(least['honoured_share'])} of {count(least['judged'])}."
    )


def same_mix(scorecard: pl.DataFrame, names: Mapping[str, str]) -> str:
    """Title of the couriers' chart: best and worst on the same mix."""
    known = _comparable(scorecard).sort("recovery_rate_standardised")
    if known.height < 2:
        return "Delivered, by courier"
    worst, best = known.row(0, named=True), known.row(-1, named=True)
    return (
        f"On the same mix of reasons {words.plain(best['courier'], dict(names))} delivers most, "
        f"{percent(best['recovery_rate_standardised'])}, and {words.plain(worst['courier'], dict(names))} least, "
        f"{percent(worst['recovery_rate_standardised'])}"
    )


def _comparable(scorecard: pl.DataFrame) -> pl.DataFrame:
    return scorecard.filter((pl.col("cases") >= SMALL_N) & (pl.col("reason_mix_covered") >= MOST_OF_THE_MIX))


def breaches(by_courier: pl.DataFrame, names: Mapping[str, str]) -> str:
    """Title of the breaches chart: the courier with the largest share of its accepted instructions."""
    known = by_courier.filter(pl.col("accepted") >= SMALL_N).with_columns(
        share=pl.col("breaches") / pl.col("accepted")
    )
    if known.is_empty():
        return "Breaches by week and courier"
    worst = known.sort("share").row(-1, named=True)
    name = words.plain(worst["courier"], dict(names))
    return (
        f"{name} broke {worst['share'] * 100:.1f}% of the {count(worst['accepted'])} reattempts it accepted"
    )
