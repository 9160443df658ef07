"""Stages, first line and table of the Queue page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards import blocks, formats, words
from dashboards.blocks import Html, esc, pill, under
from dashboards.entering.bulk import MOST
from dashboards.filters import address
from dashboards.formats import count, plural, rupees
from dashboards.tables import Column, Record, table
from dashboards.views import on_its_way

STAGE_NAMES = {
    "new": "New",
    "processed": "Processed",
    "mailed": "Mailed",
    "open": "All open",
    "closed": "Closed",
    "all": "All",
}
SORT_NAMES = {
    "priority": "Priority", "deadline": "Deadline", "oldest": "Oldest failure", "newest": "Newest failure",
    "value": "Order value", "attempts": "Attempts", "follow_ups": "Follow-ups",
}  # fmt: skip
_TONES = {"new": "orange", "processed": "grey", "mailed": "blue", "closed": "grey"}


MANY_HELP = (
    "Tick parcels in the table, or take all: then choose one thing for all of them. It is confirmed once."
)


def all_of(total: int) -> str:
    """The words of the box that takes all."""
    return f"All {count(total)} of this view" if total <= MOST else f"The first {count(MOST)} of this view"


def answer(stage: str, summary: Mapping[str, Any], now: datetime) -> str:
    """The page's first line."""
    number = summary["cases"]
    name = {"all": "cases", "open": "open cases"}.get(stage, f"{STAGE_NAMES[stage].lower()} cases")
    if number == 0:
        return f"No {name} here."
    parts = [
        f"{count(number)} {name if number != 1 else name[:-1]}, {rupees(summary['order_value'])} of orders"
    ]
    if stage not in ("closed", "all"):
        parts.append(f"the oldest failed {formats.ago(summary['oldest_at'], now)}")
        if summary["overdue"]:
            parts.append(f"{count(summary['overdue'])} past the deadline")
    several = summary["customers_with_several"]
    tail = ""
    if several:
        have = "has" if several == 1 else "have"
        tail = f" {count(several)} {plural(several, 'customer')} {have} more than one open parcel."
    return "; ".join(parts) + "." + tail


def stages(counts: Mapping[str, int], chosen: str, query: Mapping[str, str]) -> Html:
    """The stages with their numbers; each a link that keeps the filters."""
    items = [
        (key, name, count(counts[key]), address("queue", {**query, "stage": key, "page": ""}))
        for key, name in STAGE_NAMES.items()
    ]
    hint = words.STAGE_HELP.get(chosen, "Everything without an outcome")
    return Html(
        blocks.tabs(items, chosen) + f'<div class="muted small" style="padding-top:.35rem">{esc(hint)}</div>'
    )


def stage_pill(row: Record) -> Html:
    """The stage, or the outcome of a closed case, as a pill with its reason below."""
    if row["stage"] == "closed":
        tone = "green" if row["shipment_outcome"] == "delivered" else "grey"
        return pill(words.plain(row["shipment_outcome"], words.OUTCOMES), tone, "Closed")
    main = pill(words.STAGES[row["stage"]], _TONES[row["stage"]], words.STAGE_HELP[row["stage"]])
    return under(main, esc(words.plain(row["stage_reason"], words.STAGE_REASONS)))


def cases(
    rows: Sequence[Record],
    query: Mapping[str, str],
    sort: str,
    names: Mapping[str, str],
    now: datetime,
    *,
    can_pick: bool = False,
) -> Html:
    """One page of the queue; the AWB opens the case, the view stays in its address; `can_pick`: each has a box."""

    def parcel(row: Record) -> Html:
        href = address("case", {**query, "case": row["case_id"]})
        box = blocks.pick(row["case_id"], f"Choose {row['awb']}") if can_pick else Html("")
        return under(
            blocks.joined([box, blocks.link(Html(f"<b>{esc(row['awb'])}</b>"), href, "Open this case")]),
            esc(f"{words.plain(row['courier'], dict(names))} · {row['order_id'] or 'order not known'}"),
        )

    def customer(row: Record) -> Html:
        several = row["open_parcels"]
        note = (
            pill(f"{several} open parcels", "orange", "One call can settle them all")
            if several > 1
            else Html("")
        )
        return under(esc(row["customer_name"] or "not known"), note)

    def reason(row: Record) -> Html:
        first, latest = row["reason_bucket"], row["latest_reason_bucket"]
        status = words.plain(row["tracking_status"], words.STATUSES)
        now_because = (
            f"now: {words.plain(latest, words.REASONS).lower()}" if latest not in (None, first) else status
        )
        return under(esc(words.plain(first, words.REASONS)), esc(now_because))

    def failed(row: Record) -> Html:
        number = row["attempts"]
        told = f"{number} {plural(number, 'attempt')}" if number else "no counted attempt"
        return under(blocks.when(row["first_ndr_at"], now), esc(told))

    def deadline(row: Record) -> Html:
        if row["deadline_at"] is None:
            return esc(formats.NOTHING)
        late = row["deadline_at"] < now
        distance = formats.ago(row["deadline_at"], now)
        return under(
            blocks.when(row["deadline_at"], now, late), esc(f"passed {distance}" if late else distance)
        )

    def worth(row: Record) -> Html:
        return under(esc(rupees(row["order_value"])), esc(words.plain(row["payment_mode"], words.PAYMENTS)))

    def heard(row: Record) -> Html:
        marks = [pill("Customer", "red", "The customer has answered")] if row["has_customer_feedback"] else []
        marks += [pill("Operations", "green", "Operations have written")] if row["has_ops_feedback"] else []
        marks += [on_its_way.mark()] if row.get("on_its_way") else []
        calls = row["follow_ups"]
        return under(
            blocks.joined(marks, " ") or esc("nobody yet"), esc(f"{calls} {plural(calls, 'follow-up')}")
        )

    def advice(row: Record) -> Html:
        hint = row["priority_reason"] or ""
        return Html(f'<span title="{esc(hint)}">{esc(row["advice"] or formats.NOTHING)}</span>')

    columns = [
        Column("Parcel", parcel),
        Column("Stage", stage_pill),
        Column("What to do", advice, sort="priority", help="Hover for why it stands here"),
        Column("Deadline", deadline, sort="deadline"),
        Column("Customer", customer),
        Column(
            "First reason, status", reason, help="Reason of the first failure; below, what has changed since"
        ),
        Column("First failed", failed, sort="oldest"),
        Column("Heard from", heard, sort="follow_ups"),
        Column("Order", worth, is_number=True, sort="value"),
    ]
    return table(rows, columns, "queue", query, sort=sort)
