"""What each courier speaks: one folder per courier, pure, no I/O beyond reading its own codes.csv and mappings.

Owns: `registry`, the couriers that exist. A courier exists because its folder does: every subpackage that
defines `COURIER` is found, so that adding one touches no list. `known_couriers` adds those that mappings describe.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from couriers.contract import Courier
from couriers.mapping import mapped_courier
from couriers.mapping_errors import MappingError


@cache
def registry() -> dict[str, Courier]:
    """All couriers by slug, in alphabetical order.

    Raises TypeError when a courier's folder does not describe itself: `COURIER` is missing, or its slug is
    not the folder's name.
    """
    found: dict[str, Courier] = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        if not module.ispkg:
            continue
        courier = getattr(import_module(f"{__name__}.{module.name}"), "COURIER", None)
        if not isinstance(courier, Courier) or courier.slug != module.name:
            raise TypeError(f"couriers/{module.name}/__init__.py: expected COURIER with slug {module.name!r}")
        found[courier.slug] = courier
    return found


def known_couriers(mappings: Path) -> dict[str, Courier]:
    """The registry with what the folder `mappings` (`<slug>.toml`; it may be missing) adds, alphabetically.

    Not cached: the files may change while a process lives. Raises MappingError, OSError.
    """
    known = dict(registry())
    for path in sorted(mappings.glob("*.toml")):
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise MappingError(f"{path.name}: expected UTF-8, found other bytes") from error
        courier = mapped_courier(path.name, content, known.get(path.stem), mappings)
        known[courier.slug] = courier
    return dict(sorted(known.items()))
