"""Asks couriers' tracking APIs about the parcels that are under way, as pushes get lost.

What they answer is kept as a receipt, byte for byte; the warehouse reads it. Refuses: any meaning of an answer, and to
write anything but the ledger.
"""
