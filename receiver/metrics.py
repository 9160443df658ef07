"""What is counted, in Prometheus form. No label holds anything that a sender chose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ledger.outbox_health import Health
from ledger.progress import Backlog

#: What becomes of a webhook. received, unreadable: kept; repeated: kept before, acknowledged again; the others are
#: not kept. refused: not proven to be the courier's; replayed: the very same signed request again; limited: too many,
#: or too many bytes of unproven senders at once; broken_off: the body did not arrive; unavailable: the ledger cannot
#: write; failed: a fault of ours.
RESULTS = (
    "received", "unreadable", "repeated", "refused", "replayed", "too_large", "limited", "broken_off", "unavailable",
    "failed",
)  # fmt: skip


class Metrics:
    """The numbers of one receiver."""

    def __init__(self, depth: Callable[[], int], free_bytes: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()
        self.webhooks = Counter(
            "ndr_webhooks",
            "Webhooks by what became of them.",
            ("courier", "kind", "result"),
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "ndr_webhook_answer_seconds", "Time from a webhook's arrival to its answer.", registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
        )  # fmt: skip
        self.commit_receipts = Histogram(
            "ndr_ledger_commit_receipts", "Receipts kept in one transaction.", registry=self.registry,
            buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500),
        )  # fmt: skip
        waiting = Gauge("ndr_ledger_waiting", "Receipts that wait to be written.", registry=self.registry)
        waiting.set_function(depth)
        free = Gauge(
            "ndr_disk_free_bytes", "Free bytes on the disk of the data folder.", registry=self.registry
        )
        free.set_function(free_bytes)

        self._to_load = Gauge(
            "ndr_receipts_to_load", "Pushes that the warehouse has not loaded.", registry=self.registry
        )
        self._lag = Gauge(
            "ndr_ingest_lag_seconds", "Age of the oldest push that is not loaded.", registry=self.registry
        )
        self._quarantined = Gauge(
            "ndr_receipts_quarantined",
            "Receipts of which something is in quarantine.",
            registry=self.registry,
        )

        self._orders = Gauge(
            "ndr_orders", "Orders to couriers by what became of them.", ("state",), registry=self.registry
        )
        self._stuck = Gauge(
            "ndr_orders_stuck",
            "Orders that wait longer than they should.",
            ("courier",),
            registry=self.registry,
        )
        self._to_ask = Gauge(
            "ndr_orders_to_ask_about",
            "Orders of which a person has to ask the courier.",
            registry=self.registry,
        )
        self._refused = Gauge(
            "ndr_orders_refused_day", "Orders that were refused in 24 hours.", registry=self.registry
        )

    def note(self, behind: Backlog, orders: Health, now: datetime) -> None:
        """Take over how far the warehouse is behind, and how the outbox is."""
        for gauge, numbers in ((self._orders, orders.states), (self._stuck, orders.stuck)):
            gauge.clear()
            for label, number in numbers.items():
                gauge.labels(label).set(number)
        self._to_ask.set(orders.raised)
        self._refused.set(orders.failed_today)
        self._to_load.set(behind.waiting)
        self._lag.set((now - behind.oldest_at).total_seconds() if behind.oldest_at else 0)
        self._quarantined.set(behind.quarantined)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)
