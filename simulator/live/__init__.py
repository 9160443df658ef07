"""The live part of a stand-in world: what its history does not tell yet happens by the simulated clock.

`python -m simulator.live` makes the world of the demo once more, whose future nobody else knows, and lets it happen:
couriers push, answer when they are asked, take orders, and all other news comes as files into the inbox. Owns: which
push is lost, sent again or late, what an order makes of a parcel, and how far the world has been told. Refuses: the
warehouse and the ledger; what it tells goes through the doors that real couriers use.
"""
