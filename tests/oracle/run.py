"""`python -m tests.oracle.run N [SEED]`: N histories, 20,000 to a warehouse; prints the disagreements."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.oracle.compare import disagreements, random_histories

OF_A_WAREHOUSE = 20_000


def main(arguments: list[str]) -> int:
    """The exit code: 1 when a history came out differently."""
    if not arguments:
        print("usage: python -m tests.oracle.run N [SEED]", file=sys.stderr)
        return 2
    wanted, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 1
    found: list[str] = []
    for first in range(0, wanted, OF_A_WAREHOUSE):
        histories = random_histories(min(OF_A_WAREHOUSE, wanted - first), seed + first // OF_A_WAREHOUSE)
        with tempfile.TemporaryDirectory(prefix="ndr_oracle_") as folder:
            found += disagreements(histories, Path(folder))
        print(f"{first + len(histories)} histories, {len(found)} disagreements", flush=True)
    print(*found[:5], sep="\n\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
