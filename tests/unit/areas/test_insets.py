"""Far islands: drawn in a frame of their own, so that they do not make the rest small."""

from __future__ import annotations

from gemeinsinn.areas.insets import Box, Inset, far_islands


MAINLAND: dict[str, Box] = {
    "west": (9.2, 53.5, 9.5, 53.8),
    "middle": (9.5, 53.5, 9.8, 53.8),
    "east": (9.8, 53.6, 10.1, 53.9),
}
HELGOLAND: Box = (7.86, 54.16, 7.92, 54.19)
"""Kreis Pinneberg's island, sixty kilometres off the coast."""


def test_an_island_far_off_the_coast_is_an_inset() -> None:
    assert far_islands({**MAINLAND, "island": HELGOLAND}) == (Inset(("island",), HELGOLAND),)


def test_neighbours_are_one_mainland() -> None:
    assert far_islands(MAINLAND) == ()


def test_an_island_near_the_coast_is_none() -> None:
    assert far_islands({**MAINLAND, "island": (9.1, 53.8, 9.15, 53.85)}) == ()


def test_islands_beside_each_other_share_a_frame() -> None:
    found = far_islands({**MAINLAND, "island": HELGOLAND, "dune": (7.91, 54.17, 7.93, 54.19)})

    assert found == (Inset(("dune", "island"), (7.86, 54.16, 7.93, 54.19)),)


def test_islands_far_from_each_other_have_frames_of_their_own() -> None:
    found = far_islands({**MAINLAND, "island": HELGOLAND, "other": (12.5, 55.5, 12.6, 55.6)})

    assert {inset.areas for inset in found} == {("island",), ("other",)}


def test_the_order_of_the_areas_makes_no_difference() -> None:
    boxes = {**MAINLAND, "island": HELGOLAND}

    assert far_islands(dict(reversed(boxes.items()))) == far_islands(boxes)


def test_of_two_areas_none_is_far_off_the_others() -> None:
    assert far_islands({"west": MAINLAND["west"], "island": HELGOLAND}) == ()
