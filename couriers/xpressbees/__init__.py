"""XpressBees, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier, Webhook

COURIER = Courier(
    slug="xpressbees",
    name="XpressBees",
    folder=Path(__file__).parent,
    carrier_names=("XpressBees",),
    webhook=Webhook("token", "Authorization", "inferred"),
)
