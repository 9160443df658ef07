"""Benchmarks: is that good? Our own values beside the bands of every published source."""

from __future__ import annotations

from dashboards import blocks, downloads, exports, findings, frame
from dashboards.queries import benchmarks as queries
from dashboards.queries import build
from dashboards.views import benchmarks as views


def main() -> None:
    own, by_source, weeks = queries.own(), queries.by_source(), build.final_weeks()
    frame.header("Benchmarks", views.answer(own, by_source))
    if not weeks["cases"]:
        frame.nothing_final()
        return
    blocks.show(blocks.caption(f"{findings.final_weeks(weeks)}. {views.CAPTION}"), key="weeks")
    blocks.show(views.metrics(own, by_source, queries.bands()), key="metrics")
    downloads.buttons("benchmarks", build.current()["as_of"], lambda: exports.sheet(by_source, {}))


main()
