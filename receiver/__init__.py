"""Couriers' webhooks into the ledger: who sent it is proven, it is kept, then it is acknowledged.

Refuses: any reading of what was sent beyond whether it is JSON. The warehouse reads receipts later, so that no
build, load or broken payload ever keeps a courier waiting.
"""
