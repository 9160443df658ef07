"""The couriers' desks: a module each, pure but for the effects that it gives through its window."""

from __future__ import annotations

from simulator.desks.couriers import (
    bluedart,
    clickpost,
    delhivery,
    ecom_express,
    ekart,
    ithink,
    listed,
    shadowfax,
    shiprocket,
)
from simulator.desks.window import Take

DESKS: dict[str, Take] = {
    "bluedart": bluedart.take,
    "clickpost": clickpost.take,
    "delhivery": delhivery.take,
    "ecom_express": ecom_express.take,
    "ekart": ekart.take,
    "ithink": ithink.take,
    "nimbuspost": listed.NIMBUSPOST.take,
    "shadowfax": shadowfax.take,
    "shiprocket": shiprocket.take,
    "xpressbees": listed.XPRESSBEES.take,
}
"""By the slug of whoever is told: the courier, or the aggregator through which a parcel was booked."""
