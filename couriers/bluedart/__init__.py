"""Blue Dart: status push. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.bluedart.actions import ACTIONS
from couriers.bluedart.reader import read_push
from couriers.contract import Courier, Webhook

COURIER = Courier(
    slug="bluedart",
    name="Blue Dart",
    folder=Path(__file__).parent,
    push_reader=read_push,
    carrier_names=("Blue Dart",),
    aggregator_ids={"clickpost": ("5",)},
    webhook=Webhook("token", "Authorization", "inferred"),
    actions=ACTIONS,
)
