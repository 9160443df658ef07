"""ClickPost, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier

COURIER = Courier(
    slug="clickpost",
    name="ClickPost",
    folder=Path(__file__).parent,
)
