"""What the door says of a batch and of a file, without the weight of importing Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Failure:
    """One expectation that rows of a batch did not meet.

    `field`: the feed's column at fault; empty where the judged `column` names it row by row. `positions`:
    of the rows in the frame, in order.
    """

    expectation: str
    field: str
    column: str
    expected: str
    positions: np.ndarray


@dataclass
class Tally:
    """What an expectation found over a whole file, in rows."""

    expectation: str
    field: str
    evaluated: int = 0
    unexpected: int = 0
