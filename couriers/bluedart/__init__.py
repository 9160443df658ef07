"""Blue Dart, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier, Webhook

COURIER = Courier(
    slug="bluedart",
    name="Blue Dart",
    folder=Path(__file__).parent,
    carrier_names=("Blue Dart",),
    webhook=Webhook("token", "Authorization", "inferred"),
)
