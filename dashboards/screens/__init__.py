"""The pages, one file each: filters, then a query, then a chart, then the rendering.

Not called `pages`: Streamlit runs the files of a folder of that name beside the entry script by itself, without
the frame, when a deep link is the first thing that a fresh server is asked for.
"""
