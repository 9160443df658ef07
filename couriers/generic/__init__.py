"""The courier `generic` speaks canonical words: its codes are our statuses, its reasons our buckets."""

from pathlib import Path

from couriers.contract import Courier, Webhook

COURIER = Courier(
    slug="generic",
    name="Generic",
    folder=Path(__file__).parent,
    webhook=Webhook("standard", "webhook-signature", "documented"),
)
