"""XpressBees (B2C): status push. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.xpressbees.actions import ACTIONS
from couriers.xpressbees.reader import read_push

COURIER = Courier(
    slug="xpressbees",
    name="XpressBees",
    folder=Path(__file__).parent,
    push_reader=read_push,
    carrier_names=("XpressBees",),
    aggregator_ids={"clickpost": ("6",)},
    webhook=Webhook("token", "Authorization", "inferred"),
    actions=ACTIONS,
)
