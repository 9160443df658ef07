"""One fixed colour for each reason, courier, lane and tone, safe for colour-blind readers.

Owns: the hex values, built on the Okabe-Ito set and its neighbours in Tol's muted set; every colour is
always shown beside a word. Refuses: anything drawn with them.
"""

from __future__ import annotations

from zlib import crc32

REASON_COLOURS = {
    "customer_unavailable": "#0072B2",
    "address_issue": "#E69F00",
    "customer_refused": "#D55E00",
    "phone_unreachable": "#56B4E9",
    "invalid_number": "#CC79A7",
    "future_delivery_requested": "#009E73",
    "premises_closed": "#7A5BA6",
    "payment_not_ready": "#B5A300",
    "external_factor": "#5F7D95",
    "out_of_delivery_area": "#8C510A",
    "self_collect": "#44AA99",
    "not_attempted": "#882255",
    "other": "#8A8F98",
    "unmapped": "#B9BDC4",
}
COURIER_COLOURS = {
    "delhivery": "#D55E00",
    "shadowfax": "#7A5BA6",
    "xpressbees": "#E69F00",
    "ekart": "#0072B2",
    "bluedart": "#009E73",
    "dtdc": "#CC79A7",
    "ecom_express": "#56B4E9",
    "generic": "#8A8F98",
}
_SPARE = ("#44AA99", "#882255", "#B5A300", "#5F7D95", "#8C510A", "#999933")

LINE = "#0072B2"
LINE_PALE = "rgba(0, 114, 178, 0.15)"
GOOD = "#009E73"
BAD = "#D55E00"
MUTED = "#8A8F98"

HEAT_LIGHT = ((0.0, "#F7E0CF"), (0.5, "#EEF3F7"), (1.0, "#7DB7DE"))
HEAT_DARK = ((0.0, "#70401F"), (0.5, "#2B3238"), (1.0, "#1F6697"))


def reason_colour(reason: str) -> str:
    """The colour of a reason bucket; grey for a word the product does not know."""
    return REASON_COLOURS.get(reason, MUTED)


def courier_colour(courier: str) -> str:
    """The colour of a courier; one that has no colour of its own keeps the same spare one everywhere."""
    return COURIER_COLOURS.get(courier) or _SPARE[crc32(courier.encode()) % len(_SPARE)]
