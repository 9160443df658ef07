"""Plotly figures of the pages, one module a page: a frame in, a figure out.

Owns: shapes, axes with units, direct labels, lighter ink for weeks that are not final. Titles are findings
and come from findings.py. Points carry `customdata` (week, reason, courier; what is not
narrowed is empty or left out) for the drill. Refuses: queries.
"""
