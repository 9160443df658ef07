"""The two floors that every figure is a ratio to, each run as a process: `python -m benchmarks.floors NAME PARQUET`.

read:        every column that the window sort needs, read from the Parquet once.
window_sort: row_number and lead by (courier, awb) in the order of scanned_at, five columns, into a table on disk:
             the least that any derivation of a parcel's life from its scans must do.
Both with the threads and memory of a build.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

_READ = """
select max(hash(courier)), max(hash(awb)), max(scanned_at), max(hash(native_code)), max(hash(reason_code))
from read_parquet($scans)
"""
_WINDOW_SORT = """
create table sorted as
select courier, awb, scanned_at, row_number() over parcel as seq, lead(scanned_at) over parcel as next_scanned_at
from read_parquet($scans)
window parcel as (partition by courier, awb order by scanned_at)
"""


def run(name: str, scans: Path) -> None:
    """Do one floor's work on a Parquet file of scans."""
    with tempfile.TemporaryDirectory(dir=scans.parent) as folder:
        connection = duckdb.connect(
            Path(folder) / "floor.duckdb",
            config={"threads": 2, "memory_limit": "4GB", "preserve_insertion_order": False},
        )
        connection.execute({"read": _READ, "window_sort": _WINDOW_SORT}[name], {"scans": str(scans)})
        connection.close()


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]))
