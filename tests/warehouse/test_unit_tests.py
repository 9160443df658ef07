"""dbt's unit tests, which prove the SQL and not the data, on a warehouse in which nothing was ever loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from settings import PROJECT_DIR
from tests.commands import ndr


def test_an_empty_warehouse_builds_and_all_unit_tests_pass(tmp_path: Path) -> None:
    ndr(tmp_path, "build")
    assert (tmp_path / "published" / "warehouse.duckdb").exists()
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "--no-version-check",
            "test",
            "--select",
            "test_type:unit",
        ],
        cwd=PROJECT_DIR / "dbt_project",
        env={
            **os.environ,
            "NDR_WAREHOUSE_PATH": str(tmp_path / "warehouse.duckdb"),
            "NDR_MARTS_PATH": str(tmp_path / "marts.duckdb"),
            "NDR_PERSONAL_PATH": str(tmp_path / "personal.duckdb"),
            "NDR_WORK_PATH": str(tmp_path / "work.duckdb"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "ERROR=0" in done.stdout
    assert " PASS " in done.stdout
