"""How people see: Streamlit pages over the published files. Refuses to write anything."""
