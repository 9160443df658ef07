"""Which courier stands behind an aggregator: its names and ids for a carrier to our slug.

Owns: the comparison. Refuses: the names themselves; each carrier's own folder says how aggregators call it
(`Courier.carrier_names`, `Courier.aggregator_ids`). A carrier nobody knows is null, and the reader then keeps
the aggregator's slug.
"""

from __future__ import annotations

import polars as pl

from couriers import registry


def slug_of_name(name: pl.Expr) -> pl.Expr:
    """Slug of the carrier whose name starts the text ("Delhivery Surface" -> delhivery), else null.

    Case, blanks and signs do not count. The longest name that fits wins.
    """
    names = [
        (_plain(known), courier.slug) for courier in registry().values() for known in courier.carrier_names
    ]
    plain = name.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    slug = pl.lit(None, dtype=pl.String)
    for known, found in sorted(names, key=lambda item: len(item[0])):
        slug = pl.when(plain.str.starts_with(known)).then(pl.lit(found)).otherwise(slug)
    return slug


def slug_of_id(aggregator: str, carrier_id: pl.Expr) -> pl.Expr:
    """Slug of the carrier that `aggregator` gives this id, else null."""
    slugs = {
        known: courier.slug
        for courier in registry().values()
        for known in courier.aggregator_ids.get(aggregator, ())
    }
    return carrier_id.replace_strict(slugs, default=None, return_dtype=pl.String)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
