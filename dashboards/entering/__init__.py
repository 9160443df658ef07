"""How agents enter calls, decisions and notes, and how pages see what the published build does not hold yet.

The only part of the pages that writes, and to the ledger alone.
"""
