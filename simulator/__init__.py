"""A stand-in world: parcels, couriers, customers and agents that never existed, for the demo, tests and benchmarks.

`history.generate` writes the canonical feeds of such a world and, beside them, the truth. A *scenario* decides
what is made to happen to a parcel and to each instruction, and only then writes the events that tell it; the
truth is the scenario's own record, cut at the instant at which the world is looked at. Nothing here reads the
events back to find out what happened: that is the warehouse's work, and what the truth is compared with.

Owns: rates, people, parcels, stories, disturbances of the news, the truth and its comparison with what was
published. Refuses: any judgement of events, network, and a clock of its own (`until` is always given).
"""
