"""A run of the retention to be killed: `python -m tests.ledger.retaining DATA_DIR`, files of five receipts.

Prints a line when it begins.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ledger import retention
from ledger.database import open_ledger
from settings import Settings
from tests.ledger.test_retention import retain

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    retention._MOST = 5
    ledger = open_ledger(Settings(data_dir=folder))
    print("begins", flush=True)
    retain(ledger, folder / "archive")
