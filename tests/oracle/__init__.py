"""An oracle that is independent of the SQL: the rules once more, in Python, over random histories."""
