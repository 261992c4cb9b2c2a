"""Far islands: areas so far off the rest that a map which holds them all would make the rest small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_FAR = 0.2
"""A gap of more than a fifth of the mainland's longer side makes an island far."""
_NARROWING = 0.6
"""A degree of longitude at these latitudes in degrees of latitude."""


@dataclass(frozen=True, slots=True)
class Inset:
    """Areas that are drawn in a frame of their own, and the box around them."""

    areas: tuple[str, ...]
    bbox: Box


def far_islands(boxes: Mapping[str, Box]) -> tuple[Inset, ...]:
    """The groups of areas that lie far off the largest group, largest first.

    >>> far_islands({"a": (9.0, 53.0, 9.5, 53.9), "b": (9.5, 53.4, 10.0, 53.9), "c": (7.85, 54.1, 7.9, 54.2)})
    (Inset(areas=('c',), bbox=(7.85, 54.1, 7.9, 54.2)),)
    """
    groups = [[key] for key in sorted(boxes)]
    if len(groups) < 3:
        return ()
    mainland_side = _side(_around([boxes[key] for key in boxes]))
    merged = True
    while merged:
        merged, groups = _merge_near(groups, boxes, mainland_side * _FAR / 2)
    largest = max(groups, key=lambda group: (len(group), group[0]))
    side = _side(_around([boxes[key] for key in largest]))
    mainland = _around([boxes[key] for key in largest])
    far = [
        group
        for group in groups
        if group is not largest and _gap(_around([boxes[key] for key in group]), mainland) > side * _FAR
    ]
    return tuple(
        Inset(tuple(group), _around([boxes[key] for key in group])) for group in sorted(far, key=len, reverse=True)
    )


def _merge_near(groups: list[list[str]], boxes: Mapping[str, Box], near: float) -> tuple[bool, list[list[str]]]:
    """Put together all groups that lie near each other; one sweep from west to east."""
    ordered = sorted(groups, key=lambda group: _around([boxes[key] for key in group])[0])
    result: list[list[str]] = []
    frames: list[Box] = []
    for group in ordered:
        box = _around([boxes[key] for key in group])
        for place, frame in enumerate(frames):
            if _gap(box, frame) <= near:
                result[place] = sorted([*result[place], *group])
                frames[place] = _around([frame, box])
                break
        else:
            result.append(group)
            frames.append(box)
    return len(result) < len(groups), result


def _around(boxes: list[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _side(box: Box) -> float:
    return max((box[2] - box[0]) * _NARROWING, box[3] - box[1])


def _gap(one: Box, other: Box) -> float:
    """How far apart two boxes lie, in degrees of latitude; zero if they touch."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0) * _NARROWING
    along = max(one[1] - other[3], other[1] - one[3], 0.0)
    return float((across**2 + along**2) ** 0.5)
