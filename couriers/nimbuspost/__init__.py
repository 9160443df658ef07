"""NimbusPost: status push. What is known of it, and how well, is in README.md."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.nimbuspost.actions import ACTIONS
from couriers.nimbuspost.reader import read_push

COURIER = Courier(
    slug="nimbuspost",
    name="NimbusPost",
    folder=Path(__file__).parent,
    push_reader=read_push,
    carrier_names=("NimbusPost",),
    webhook=Webhook("token", "Authorization", "inferred"),
    actions=ACTIONS,
)
