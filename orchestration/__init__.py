"""What runs when: the one pipeline, its publishing, the `ndr` command and the Dagster definitions."""
