"""Worked cases by hand: `python tests/cases/run_cases.py FILE.yaml…` prints every disagreement.

Exits 1 if there is one. Owns: being run as a file; command_runs.py does the work.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a file, Python looks for `tests` beside the file.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.cases.command_runs import main

    raise SystemExit(main(sys.argv[1:]))
