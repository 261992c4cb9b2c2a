"""What a cell is: equal for the same people in any table, another one as soon as its value was corrected."""

from __future__ import annotations

import numpy as np

from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.identity import identities_of
from gemeinsinn.protect.tables.model import ListedLabels
from support.ledgers import cell_of, identified


AREAS = flat(["A", "B"], name="area")
SEXES = flat(["m", "w"], name="sex")
AGES = flat(["young", "old"], name="age")
BY_SEX = identified({"area": AREAS, "sex": SEXES}, [[5, 1], [7, 4]])


def test_a_margin_is_the_same_cell_in_every_table() -> None:
    by_age = identified({"age": AGES, "area": AREAS}, [[4, 5], [2, 6]])

    assert BY_SEX.identities is not None
    assert by_age.identities is not None
    assert BY_SEX.identities[cell_of(BY_SEX, "A", "Total")] == by_age.identities[cell_of(by_age, "Total", "A")]
    assert len(set(BY_SEX.identities) & set(by_age.identities)) == 3


def test_a_corrected_value_another_day_or_another_variable_makes_another_cell() -> None:
    corrected = identified({"area": AREAS, "sex": SEXES}, [[5, 2], [7, 4]])
    later = identified({"area": AREAS, "sex": SEXES}, [[5, 1], [7, 4]], valid_on="2026-12-31")
    other = identified({"area": AREAS, "sex": SEXES}, [[5, 1], [7, 4]], variable="employees")

    shared = [set(BY_SEX.identities or ()) & set(each.identities or ()) for each in (corrected, later, other)]

    assert [len(each) for each in shared] == [5, 0, 0], "all but the women of A and the three totals that they are in"


def test_codes_of_one_dimension_are_not_mistaken_for_those_of_another() -> None:
    labels = ListedLabels(("one", "two"), (("x", "T"), ("T", "x")))

    found = identities_of(labels, np.array([3.0, 3.0]), variable="v", valid_on="", roots={"one": "T", "two": "T"})

    assert found[0] != found[1]


def test_sums_that_were_added_up_in_another_order_are_the_same_number() -> None:
    labels = ListedLabels(("one",), (("x",), ("x",), ("x",)))
    values = np.array([0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1, -0.0 + 0.6])

    found = identities_of(labels, values, variable="v", valid_on="", roots={})

    assert len(set(found)) == 1


def test_what_is_known_of_the_units_can_stand_in_the_place_of_the_value() -> None:
    labels = ListedLabels(("one",), (("x",), ("x",)))

    found = identities_of(labels, np.array([3.0, 3.0]), variable="v", valid_on="", roots={}, states=[b"1", b"2"])

    assert found[0] != found[1]
