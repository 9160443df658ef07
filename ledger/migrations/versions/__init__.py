"""One module a change, never edited once it was released."""
