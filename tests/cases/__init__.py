"""Worked cases: canonical feed rows in, expected rows of the published tables out, by the real commands."""
