"""NimbusPost, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier

COURIER = Courier(
    slug="nimbuspost",
    name="NimbusPost",
    folder=Path(__file__).parent,
    carrier_names=("NimbusPost",),
)
