"""Delhivery (B2C): scan push and tracking answers. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.delhivery.actions import ACTIONS
from couriers.delhivery.reader import read_push, read_tracking
from couriers.delhivery.tracking import TRACKING

COURIER = Courier(
    slug="delhivery",
    name="Delhivery",
    folder=Path(__file__).parent,
    push_reader=read_push,
    track_reader=read_tracking,
    carrier_names=("Delhivery",),
    aggregator_ids={"clickpost": ("4",)},
    webhook=Webhook("token", "Authorization", "documented", has_documents=True),
    tracking=TRACKING,
    actions=ACTIONS,
)
