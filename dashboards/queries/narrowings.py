"""The where clauses of what only a link narrows the cases to: by their instructions, attempts and length."""

from __future__ import annotations

Clause = tuple[str, list[object]]

LONG = "(resolution_minutes > 1440 or shipment_outcome = 'open')"
"""Of cases of final weeks, which failed long ago: not ended within 24 hours."""


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
