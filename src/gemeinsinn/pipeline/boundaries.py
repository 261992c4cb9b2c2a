"""The boundaries that a release draws: TopoJSON by level, on the edition that is published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gemeinsinn.areas.editions import Edition
from gemeinsinn.areas.geometry import land_of, on_edition, put_together
from gemeinsinn.areas.insets import far_islands
from gemeinsinn.areas.rebase import chain
from gemeinsinn.concepts.territory import Level
from gemeinsinn.indicators.frame import Frame
from gemeinsinn.pipeline.known import Known
from gemeinsinn.releases.geo import topology


def boundaries(
    source: str, known: Known, frame: Frame, tell: Callable[[str, int, int], None]
) -> tuple[date | None, dict[str, Mapping[str, Any]]]:
    """TopoJSON by level, and the day of the boundaries; nothing if the settings name no source of them."""
    if not source:
        return None, {}
    on, shapes = known.shapes(source)
    edition = frame.edition
    year_end = date(on.year - 1, 12, 31) if (on.month, on.day) == (1, 1) else on
    steps = chain(frame.correspondences, year_end, edition.on) or ()
    municipalities = on_edition(land_of(shapes, Level.MUNICIPALITY), edition, steps)
    published_set = set(frame.published)
    levels = {
        Level.MUNICIPALITY: municipalities,
        Level.AMT: put_together(municipalities, edition, _amts_and_free(edition, frame)),
        Level.DISTRICT: land_of(shapes, Level.DISTRICT),
        Level.STATE: land_of(shapes, Level.STATE),
    }
    found: dict[str, Mapping[str, Any]] = {}
    for number, (level, land) in enumerate(levels.items(), start=1):
        wanted = {key: shape for key, shape in land.items() if key in published_set}
        if wanted:
            insets = far_islands({key: shape.bounds for key, shape in wanted.items()})
            found[str(level)] = topology(wanted, edition, insets, level=str(level))
        tell("boundaries", number, len(levels))
    return on, found


def _amts_and_free(edition: Edition, frame: Frame) -> list[str]:
    """Ämter, and the municipalities that belong to none."""
    return [
        key
        for key in frame.published
        if edition.areas[key].level is Level.AMT
        or (edition.areas[key].level is Level.MUNICIPALITY and edition.ancestor(key, Level.AMT) is None)
    ]
