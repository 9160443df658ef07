"""The where clauses of what only a link narrows the cases to: by their instructions, messages, attempts and waits."""

from __future__ import annotations

Clause = tuple[str, list[object]]

LONG = "(resolution_minutes > 1440 or shipment_outcome = 'open')"
"""Of cases of final weeks, which failed long ago: not ended within 24 hours."""
BEGINS = {"within_30m": -1, "30m_2h": 30, "2h_4h": 120, "4h_24h": 240, "24h_48h": 1440, "over_48h": 2880}
"""Over how many minutes after the failure a response band begins, as in the seed response_bands."""


def judged(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases with an accepted reattempt of one of these judgements; `courier_fault` goes by whose fault it was."""
    return (
        f"{column} in (select case_id from marts.fct_instructions"
        " where action = 'reattempt' and submission = 'submitted'"
        " and outcome in ('honoured', 'not_honoured', 'sla_breached')"
        " and list_has_any([outcome, if(fault = 'courier', 'courier_fault', null)],"
        f" [{', '.join('?' * len(parts))}]))",
        list(parts),
    )


def signal(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases with an attempt worth one of these questions."""
    marks = ", ".join("?" * len(parts))
    return f"{column} in (select case_id from marts.fct_attempt_signals where signal in ({marks}))", list(
        parts
    )


def reattempt(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases with a reattempt of one of these kinds; confirmed or not goes by those on recoverable reasons."""
    confirmed = "if(is_recoverable, if(is_customer_confirmed, 'confirmed', 'unconfirmed'), null)"
    followed = "'after_' || least(cycle_number, 3)"
    kinds = ", ".join(
        f"{kind}{end}"
        for kind in (confirmed, followed)
        for end in ("", " || if(is_delivered, '_delivered', null)")
    )
    marks = ", ".join("?" * len(parts))
    return (
        f"{column} in (select case_id from marts.fct_reattempts where list_has_any([{kinds}], [{marks}]))",
        list(parts),
    )


def settled(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases that ended within 24 hours of the first failure, or that did not; those of unknown length are neither."""
    found = "resolution_minutes <= 1440" if parts[0] == "yes" else LONG
    return f"{column} in (select case_id from marts.fct_ndr_cases where {found})", []


def waiting(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases that were open and not contacted when the first of these bands began, as rpt_response_bands counts them."""
    first = min(parts, key=list(BEGINS).index)
    later = list(BEGINS)[list(BEGINS).index(first) :]
    waited = (
        "date_diff('microsecond', first_ndr_at, coalesce(closed_at, (select as_of from marts.rpt_build)))"
    )
    return (
        f"{column} in (select case_id from marts.fct_ndr_cases"
        f" where response_band in ({', '.join('?' * len(later))})"
        f" or response_band = 'none' and greatest({waited} / 6e7, 0) > ?)",
        [*later, BEGINS[first]],
    )


def instruction(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases with an instruction that was sent to the courier, or that it accepted."""
    kinds = "[if(submitted_at is not null, 'sent', null), if(accepted_at is not null, 'accepted', null)]"
    marks = ", ".join("?" * len(parts))
    return (
        f"{column} in (select case_id from marts.fct_instructions where list_has_any({kinds}, [{marks}]))",
        list(parts),
    )


def message(column: str, parts: tuple[str, ...]) -> Clause:
    """Cases with a template message that reached the customer, or that the customer answered within 24 hours."""
    kinds = "[if(has_delivered_template, 'delivered', null), if(is_template_answered, 'answered', null)]"
    marks = ", ".join("?" * len(parts))
    return (
        f"{column} in (select case_id from marts.fct_ndr_cases where list_has_any({kinds}, [{marks}]))",
        list(parts),
    )


def asked(column: str, parts: tuple[str, ...], what: str) -> Clause:
    """Cases with an instruction of one of these actions, or from one of these sources; `what` names the column."""
    marks = ", ".join("?" * len(parts))
    return f"{column} in (select case_id from marts.fct_instructions where {what} in ({marks}))", list(parts)
