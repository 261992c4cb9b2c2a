"""Names of groups: what the ledger remembers of whom releases and answers were about."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.gate.groups import Where, earlier, name_of, where_of


WHERES: list[Where] = [
    {},
    {"age": ("0-17",)},
    {"age": ("0-5", "80+"), "sex": ("female",)},
    {"sex": ("female", "male"), "nationality_group": ("german",)},
]


@pytest.mark.parametrize("where", WHERES)
def test_a_name_says_whom_it_is_about(where: Where) -> None:
    assert where_of(name_of(where)) == where
    assert where_of(earlier(name_of(where))) == where


def test_equal_choices_have_one_name() -> None:
    one = {"age": ("0-17",), "sex": ("male", "female")}
    other = {"sex": ("female", "male"), "age": ("0-17",)}

    assert name_of(one) == name_of(other) == "age=0-17, sex=female|male"


@pytest.mark.parametrize("name", ["age=0-20 without age=0-17", "[age=0-20] and sex=female"])
def test_a_part_that_nobody_asked_for_is_no_group(name: str) -> None:
    assert where_of(name) is None


@pytest.mark.parametrize("category", ["a, b=c", "one|other", "with and without", "x without y"])
def test_a_category_that_could_not_be_read_again_is_refused(category: str) -> None:
    """Planted once: without the look back the group was forgotten, and nothing protected what two releases tell of it."""
    with pytest.raises(DisclosureError, match="cannot be written down"):
        name_of({"kind": (category,)})
