"""Dagster's view of the pipeline: assets, checks, job, schedule and sensor. Nothing here does I/O at import."""
