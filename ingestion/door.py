"""The door: Great Expectations judges every batch before any of it is stored.

Owns: running a feed's suite over a batch's frame. The context is ephemeral: nothing is persisted, nothing
leaves the machine. Refuses: deciding what becomes of a failing row (the loader quarantines it) and reading
values (`ingestion.canonical`).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.core.expect_column_to_exist import ExpectColumnToExist
from great_expectations.validator.v1_validator import Validator

from ingestion.batches import Torn
from ingestion.columns import Feed
from ingestion.expectations import looked_at, suite
from ingestion.judgement import Failure, Tally

# Its own notes on every run would be mixed with what the command prints.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

_COMPLETE = {"result_format": "COMPLETE", "exclude_unexpected_values": True, "partial_unexpected_count": 0}


@dataclass
class Door:
    """A feed's door. `tallies` add up over the batches judged, one per expectation and
    column."""

    feed: Feed
    couriers: Iterable[str]
    future_minutes: int
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        )
        context = gx.get_context(mode="ephemeral", project_config=config)
        asset = context.data_sources.add_pandas("feeds").add_dataframe_asset(self.feed.name)
        self._batches = asset.add_batch_definition_whole_dataframe("batch")
        self._suite = suite(self.feed, self.couriers, self.future_minutes)
        self._columns = looked_at(self.feed)
        self._words = {"courier", *(column.name for column in self.feed.columns if column.words)}
        self._texts = {column.name for column in self.feed.columns if column.kind == "text"} - self._words

    def missing_columns(self, names: Iterable[str]) -> list[str]:
        """Required columns that are not among a file's columns."""
        expectations = [ExpectColumnToExist(column=name) for name in self.feed.required]
        frame = pd.DataFrame({name: [] for name in names})
        results = self._validate(gx.ExpectationSuite(name="header", expectations=expectations), frame)
        return [result.expectation_config.kwargs["column"] for result in results if not result.success]

    def judge(self, staged: pa.Table) -> list[Failure]:
        """Failures of a batch's canonical rows (`ingestion.canonical`), in the suite's order."""
        if not staged.num_rows:
            return []
        pandas = pa.table({name: self._light(name, staged[name]) for name in self._columns}).to_pandas(
            types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get
        )
        failures = []
        for result in self._validate(self._suite, pandas):
            config = result.expectation_config
            found = result.result.get("unexpected_index_list") or []
            name, meta = config.type, config.meta
            tally = self.tallies.setdefault((name, config.kwargs["column"]), Tally(name, meta["field"]))
            tally.evaluated += staged.num_rows
            tally.unexpected += len(found)
            if result.exception_info.get("raised_exception"):
                raise RuntimeError(f"{name} of {config.kwargs['column']}: {result.exception_info}")
            if not result.success:
                positions = np.asarray(found, dtype=np.int64)
                failures.append(
                    Failure(name, meta["field"], config.kwargs["column"], meta["expected"], positions)
                )
        return failures

    def note_torn(self, torn: Iterable[Torn], rows: int) -> None:
        """Add rows that could not be read, out of so many, to the tallies."""
        for (expectation, name), count in Counter((row.expectation, row.field) for row in torn).items():
            tally = self.tallies.setdefault((expectation, name), Tally(expectation, name))
            tally.evaluated += rows
            tally.unexpected += count

    def _validate(self, expectations: gx.ExpectationSuite, frame: pd.DataFrame) -> list[Any]:
        validator = Validator(self._batches, result_format=_COMPLETE, batch_parameters={"dataframe": frame})
        return list(validator.validate_expectation_suite(expectations).results)

    def _light(self, name: str, column: pa.ChunkedArray) -> pa.Array:
        """The column as small as the suite allows, as Great Expectations copies the whole frame for every
        column that it looks at, and compares numbers other than NumPy's in a loop: a word is a category, an
        instant its epoch, a text that must only be there its length."""
        kind = column.type
        if column.null_count == len(column):
            return pa.nulls(len(column), pa.float64())
        if name in self._words:
            return column.combine_chunks().dictionary_encode()
        if name in self._texts:
            column = pc.binary_length(column)
        elif pa.types.is_timestamp(kind):
            column = column.cast(pa.int64())
        elif pa.types.is_string(kind):
            return column.combine_chunks()
        return pc.cast(column, pa.float64(), safe=False).combine_chunks()
