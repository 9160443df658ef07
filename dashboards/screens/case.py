"""Case: what happened, what can still be done? Facts on the left, the timeline on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboards import blocks, formats, frame, words
from dashboards.blocks import Html, link
from dashboards.entering import entries, form, orders
from dashboards.entering.abilities import booked_with
from dashboards.filters import address
from dashboards.queries import build
from dashboards.queries import case as queries
from dashboards.queries import queue as queue_queries
from dashboards.view_state import QueueView
from dashboards.views import case as views
from dashboards.views import on_its_way
from dashboards.views.progress import progress
from dashboards.views.timeline import merged, timeline
from dashboards.views.verdicts import judged, verdicts
from ledger.outbox_health import RAISED_AFTER


def main() -> None:
    query, filters, now = frame.page_query(), frame.page_filters(), frame.now()
    view = QueueView.from_query(query)
    kept = {**view.query(), **filters.query()}
    case_id = query.get("case", "")
    back = link(Html("← Queue"), address("queue", {**kept, "page": query.get("page", "")}))
    case = queries.facts(case_id)
    if case is None:
        frame.header("Case", "There is no case of this name in the published data.")
        blocks.show(back, key="back")
        return
    place = queue_queries.neighbours(case_id, view.stage, filters, view.find, view.sort)
    _steps(back, place, kept)
    frame.header(f"Case {case['awb']}", views.answer(case, now))
    others = queries.other_parcels(case_id, case["customer_id"]).to_dicts()
    reachable = [row for row in others if row["is_latest_life"]]
    parcels = [(row["courier"], row["awb"]) for row in (case, *reachable)]
    told = entries.read(parcels)
    own = told[case["courier"], case["awb"]] if told and case["is_latest_life"] else []
    case = on_its_way.with_corrections(on_its_way.with_calls(case, own), own)
    left, right = st.columns([5, 6], gap="medium")
    with left:
        asked, proofs = queries.instructions(case_id).to_dicts(), queries.proofs(case_id).to_dicts()
        sent = orders.of_parcel((case["courier"], case["awb"])) if case["is_latest_life"] else []
        parts = [views.todo(case, own, _progress(case, own, asked, sent), now)]
        if others:
            parts.append(views.others(others, kept, told or {}))
        blocks.show(blocks.joined([*parts, views.customer(case)]), key="facts")
        if not entries.is_replay():
            _unclear(case, sent)
        form.show(case, reachable, told, now)
        lives = queries.other_lives(case_id).to_dicts()
        parts = [verdicts(asked, proofs, now), views.parcel(case, lives, build.courier_names(), now)]
        blocks.show(blocks.joined(parts), key="more_facts")
    with right:
        judgements = {row["instruction_id"]: judged(row) for row in asked}
        decided = {
            proof["event_id"]: judgements[proof["instruction_id"]]
            for proof in proofs
            if proof["role"] == "decided"
        }
        events = merged(on_its_way.events(own, now), queries.events(case_id).to_dicts())
        blocks.show(blocks.panel("Timeline", timeline(events, now, decided)), key="timeline")
    if not entries.is_replay():
        _follow(parcels, told)


def _progress(
    case: Mapping[str, Any],
    own: Sequence[entries.Told],
    asked: Sequence[Mapping[str, Any]],
    sent: Sequence[Mapping[str, Any]],
) -> Html:
    """How far what was asked is. `sent`: the parcel's orders in the outbox."""
    name = words.plain(booked_with(case), build.courier_names())
    return progress(case, own, sent, asked, name=name, build_at=build.current()["as_of"], now=frame.now())


def _unclear(case: Mapping[str, Any], sent: Sequence[Mapping[str, Any]]) -> None:
    """Of an order without a clear answer a person can say what the courier said."""
    name = words.plain(booked_with(case), build.courier_names())
    for order in sent:
        # What a courier has taken it may work on for hours.
        is_long = order["state"] == "processing" and frame.now() - order["sent_at"] > RAISED_AFTER
        if order["state"] != "unknown" and not is_long:
            continue
        when = formats.moment(order["sent_at"], frame.now())
        st.warning(f"It is not known whether {name} took what was sent {when}. Ask it, then say:")
        with st.container(horizontal=True, gap="small", key=f"unclear_{order['action_id']}"):
            for is_taken, label in (
                (True, f"{name} has it"),
                (False, f"{name} does not have it: send it again"),
            ):
                if st.button(label, key=f"settle_{order['action_id']}_{is_taken}"):
                    orders.settle(order["action_id"], is_taken)
                    st.rerun()


@st.fragment(run_every=timedelta(seconds=5))
def _follow(
    parcels: Sequence[entries.Parcel], shown: dict[entries.Parcel, list[entries.Told]] | None
) -> None:
    """Show what somebody else enters, and the build that holds it, without being asked."""
    if frame.has_new_build() or (shown is not None and entries.read(parcels) not in (shown, None)):
        st.rerun()


def _steps(back: Html, place: dict[str, object], kept: dict[str, str]) -> None:
    """Back to the queue, and the cases before and after in its order; keys P and N."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="steps"):
        blocks.show(back, key="back")
        for name, key, label in (("previous", "P", "Previous"), ("next", "N", "Next")):
            target = place.get(name)
            if st.button(label, key=f"go_{name}", shortcut=key, disabled=target is None, type="secondary"):
                blocks.go(address("case", {**kept, "case": str(target)}))


main()
