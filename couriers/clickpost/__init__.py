"""ClickPost, an aggregator: webhook and track-order answers. What is known, and how well, is in README.md."""

from pathlib import Path

from couriers.clickpost.actions import ACTIONS
from couriers.clickpost.reader import read_push, read_tracking
from couriers.clickpost.tracking import TRACKING
from couriers.contract import Courier, Webhook

COURIER = Courier(
    slug="clickpost",
    name="ClickPost",
    folder=Path(__file__).parent,
    push_reader=read_push,
    track_reader=read_tracking,
    webhook=Webhook("token", "webhook_key", "documented"),
    tracking=TRACKING,
    actions=ACTIONS,
)
