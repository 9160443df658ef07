"""Shiprocket, an aggregator: webhook and tracking answers. What is known, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.shiprocket.actions import ACTIONS
from couriers.shiprocket.reader import read_push, read_tracking
from couriers.shiprocket.tracking import TRACKING

COURIER = Courier(
    slug="shiprocket",
    name="Shiprocket",
    folder=Path(__file__).parent,
    push_reader=read_push,
    track_reader=read_tracking,
    webhook=Webhook("token", "x-api-key", "documented"),
    tracking=TRACKING,
    actions=ACTIONS,
)
