"""The nouns of territory: levels in their order, and records that cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from gemeinsinn.concepts.territory import AreaRecord, Level


def test_levels_stand_from_the_smallest_up() -> None:
    assert [str(level) for level in Level] == ["municipality", "amt", "district", "region", "state", "country"]


def test_an_area_is_inhabited_unless_its_record_says_otherwise() -> None:
    assert AreaRecord("01001001", Level.MUNICIPALITY, "Astadt", "01001").uninhabited is False


def test_a_record_is_never_changed() -> None:
    area = AreaRecord("01001001", Level.MUNICIPALITY, "Astadt", "01001")

    with pytest.raises(FrozenInstanceError):
        area.name = "Bedorf"  # type: ignore[misc]
