"""The couriers of the live world: what each really pushes of a scan, and what its tracking API answers.

One module a courier, pure. `SPEAKERS` are those that can push; of the others news comes as files. A body has what the
courier's contract says and nothing that the feed of scans does not know.
"""

from __future__ import annotations

from simulator.couriers import (
    bluedart,
    clickpost,
    delhivery,
    ecom_express,
    ekart,
    shadowfax,
    shiprocket,
    xpressbees,
)
from simulator.couriers.speaking import Speaker

SPEAKERS: dict[str, Speaker] = {
    "bluedart": bluedart.SPEAKER,
    "clickpost": clickpost.SPEAKER,
    "delhivery": delhivery.SPEAKER,
    "ecom_express": ecom_express.SPEAKER,
    "ekart": ekart.SPEAKER,
    "shadowfax": shadowfax.SPEAKER,
    "shiprocket": shiprocket.SPEAKER,
    "xpressbees": xpressbees.SPEAKER,
}
"""By the slug of whoever is heard: the courier, or the aggregator through which a parcel was booked."""
