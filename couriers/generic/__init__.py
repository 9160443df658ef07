"""The courier `generic` speaks canonical words: its codes are our statuses, its reasons our buckets."""

from pathlib import Path

from couriers.contract import Courier, Webhook
from couriers.generic.reader import read_push

COURIER = Courier(
    slug="generic",
    name="Generic",
    folder=Path(__file__).parent,
    push_reader=read_push,
    webhook=Webhook("standard", "webhook-signature", "documented"),
    has_native_files=False,
)
