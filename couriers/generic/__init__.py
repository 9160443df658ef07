"""Generic, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier

COURIER = Courier(
    slug="generic",
    name="Generic",
    folder=Path(__file__).parent,
)
