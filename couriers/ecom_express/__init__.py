"""Ecom Express, known by name and codes only: canonical files and aggregators' carriers."""

from pathlib import Path

from couriers.contract import Courier
from couriers.ecom_express.tracking import TRACKING

COURIER = Courier(
    slug="ecom_express",
    name="Ecom Express",
    folder=Path(__file__).parent,
    carrier_names=("Ecom Express",),
    tracking=TRACKING,
)
