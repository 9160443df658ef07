"""Ekart, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.ekart.tracking import TRACKING

COURIER = Courier(
    slug="ekart",
    name="Ekart",
    folder=Path(__file__).parent,
    carrier_names=("Ekart",),
    webhook=Webhook("body_hmac", "X-Ekart-Signature", "inferred"),
    tracking=TRACKING,
)
