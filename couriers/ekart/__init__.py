"""Ekart: event push and Elite's tracking answers. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.ekart.actions import ACTIONS
from couriers.ekart.reader import read_push, read_tracking
from couriers.ekart.tracking import TRACKING

COURIER = Courier(
    slug="ekart",
    name="Ekart",
    folder=Path(__file__).parent,
    push_reader=read_push,
    track_reader=read_tracking,
    carrier_names=("Ekart",),
    webhook=Webhook("body_hmac", "X-Ekart-Signature", "inferred"),
    tracking=TRACKING,
    actions=ACTIONS,
)
