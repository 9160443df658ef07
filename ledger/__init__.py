"""The system of record: what we were told (receipts, byte for byte) and what people entered (entries).

A transactional database through SQLAlchemy Core: SQLite beside the other state, or PostgreSQL by URL. What it has
acknowledged is on disk. Refuses: any meaning of what it keeps; that belongs to the warehouse, which is derived.
"""
