"""iThink Logistics: tracking answers. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.ithink.actions import ACTIONS
from couriers.ithink.reader import read_tracking

COURIER = Courier(
    slug="ithink",
    name="iThink Logistics",
    folder=Path(__file__).parent,
    track_reader=read_tracking,
    carrier_names=("iThink",),
    webhook=Webhook("token", "Authorization", "inferred"),
    actions=ACTIONS,
)
