"""XpressBees' orders: a list, at its newer platform (shipment.xpressbees.com)."""

from __future__ import annotations

from couriers.action_lists import described

ACTIONS = described(
    address="https://shipment.xpressbees.com", path="/api/ndr/create", login="/api/users/login"
)
