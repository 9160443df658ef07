"""How people see: Streamlit pages over the published files. Refuses to write anything but agents' entries, which go
to the ledger (`entering`)."""
