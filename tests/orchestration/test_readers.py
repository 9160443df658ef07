"""Readers during builds: another process opens the published file again and again while two builds publish."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from orchestration.build import run_build
from settings import PROJECT_DIR, Settings
from tests.orchestration.warehouse import T0, TOY, environment, hours, put_scans

READS = 200
READER = """
import json, sys
from pathlib import Path
import duckdb
path, stop = sys.argv[1:]
reads, refused, seen = 0, [], []
print("reading", flush=True)
while not (Path(stop).exists() and reads >= {reads}):
    reads += 1
    try:
        with duckdb.connect(path, read_only=True) as connection:
            found = connection.execute(
                "select (select build_id from marts.rpt_build), (select build_id from marts.fct_totals),"
                " (select scans from marts.fct_totals), (select sum(scans)::bigint from marts.fct_scans)"
            ).fetchone()
        if not seen or seen[-1] != found:
            seen.append(found)
    except Exception as error:
        refused.append(str(error))
print(json.dumps({{"reads": reads, "refused": refused, "seen": seen}}))
"""


def test_200_reads_during_two_builds_are_never_refused_and_never_torn(
    settings: Settings, tmp_path: Path
) -> None:
    put_scans(settings, 1, shipments=2000, at=T0)
    builds = [run_build(settings, as_of=T0 + hours(1), project_dir=TOY)]
    stop = tmp_path / "stop"
    published = settings.published_dir / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", READER.format(reads=READS), str(published), str(stop)],
        cwd=PROJECT_DIR, env=environment(settings), text=True, stdout=subprocess.PIPE,
    ) as reader:  # fmt: skip
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        for number in (2, 3):
            put_scans(settings, number, shipments=2000, at=T0 + hours(number - 0.5))
            builds.append(run_build(settings, as_of=T0 + hours(number), project_dir=TOY))
        stop.touch()
        answer = json.loads(reader.stdout.read())
    assert answer["refused"] == []
    assert answer["reads"] >= READS
    whole = [
        [build.plan.build_id, build.plan.build_id, scans, scans]
        for build, scans in zip(builds, (2000, 4000, 6000), strict=True)
    ]
    assert all(seen in whole for seen in answer["seen"])
    assert answer["seen"][0] == whole[0] and answer["seen"][-1] == whole[-1]
