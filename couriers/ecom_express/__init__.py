"""Ecom Express: scan push. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.ecom_express.actions import ACTIONS
from couriers.ecom_express.reader import read_push
from couriers.ecom_express.tracking import TRACKING

COURIER = Courier(
    slug="ecom_express",
    name="Ecom Express",
    folder=Path(__file__).parent,
    push_reader=read_push,
    carrier_names=("Ecom Express",),
    aggregator_ids={"clickpost": ("3",)},
    webhook=Webhook("token", "Authorization", "inferred"),
    tracking=TRACKING,
    actions=ACTIONS,
)
