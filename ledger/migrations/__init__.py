"""The ledger's tables from version to version; `ledger.database.open_ledger` runs what is missing."""
