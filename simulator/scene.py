"""What every part of a story works on: the parcels of a block, its rates, its record and its chance."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.clock import Dice
from simulator.rates import Rates
from simulator.record import Record
from simulator.shipments import Lives


@dataclass
class Scene:
    """One block in the making."""

    lives: Lives
    rates: Rates
    record: Record
    dice: Dice
