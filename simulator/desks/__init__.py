"""The desks of the stand-in world's couriers: where they take orders, over HTTP, as their own interfaces do.

`python -m simulator.desks` serves them over parcels that a test puts there; the live world serves them over its own.
Owns: what each courier takes and refuses, in its words, what really took place, and faults on demand. Refuses: the
warehouse, the ledger and whoever sends orders; whoever wants to know what happened asks for the effects.
"""
