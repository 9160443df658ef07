"""Shadowfax: event push and tracking answers. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.shadowfax.actions import ACTIONS
from couriers.shadowfax.reader import read_push, read_tracking
from couriers.shadowfax.tracking import TRACKING

COURIER = Courier(
    slug="shadowfax",
    name="Shadowfax",
    folder=Path(__file__).parent,
    push_reader=read_push,
    track_reader=read_tracking,
    carrier_names=("Shadowfax",),
    webhook=Webhook("token", "Authorization", "documented"),
    tracking=TRACKING,
    actions=ACTIONS,
)
