"""What a build of a few new scans costs in a process that has built before: `python -m benchmarks.warm FILE…`.

Each file of scans is loaded and built in turn; of every build one JSON line is printed: seconds of wall and of CPU, of
its models and tests (as dbt counts them, summed over its threads) and of publishing.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.build import run_build
from orchestration.load import load_files
from settings import get_settings


@dataclass(frozen=True)
class WarmBuild:
    """The seconds of one build."""

    seconds: float
    cpu_seconds: float
    model_seconds: float
    test_seconds: float
    publish_seconds: float


def build_after(path: Path) -> WarmBuild:
    """Load one file and build; raises SystemExit when either fails."""
    settings = get_settings()
    (loaded,) = load_files(settings, [path])
    if loaded.status != "loaded":
        raise SystemExit(loaded.line())
    before = time.process_time()
    result = run_build(settings)
    if result.failures:
        raise SystemExit("; ".join(node.line() for node in result.failures))
    by_kind = {
        is_test: sum(node.seconds for node in result.nodes if (node.resource_type == "test") is is_test)
        for is_test in (True, False)
    }
    return WarmBuild(
        seconds=result.seconds,
        cpu_seconds=time.process_time() - before,
        model_seconds=by_kind[False],
        test_seconds=by_kind[True],
        publish_seconds=result.publish_seconds,
    )


def main() -> None:
    """Build after each of the files; the first build imports what the later ones have."""
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(asdict(build_after(Path(name)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
