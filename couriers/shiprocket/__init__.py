"""Shiprocket, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier

COURIER = Courier(
    slug="shiprocket",
    name="Shiprocket",
    folder=Path(__file__).parent,
)
