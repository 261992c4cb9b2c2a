"""Whatever a table holds: rounded, it tells no attacker that somebody is where a 0 is shown."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from gemeinsinn.protect.tables.bases import nearest_multiple, said_by
from gemeinsinn.protect.tables.hierarchies import Hierarchy, from_pairs
from gemeinsinn.protect.tables.model import TableModel, product_table
from gemeinsinn.protect.tables.rounding import rounded
from gemeinsinn.protect.tables.rounding_audit import asked_of, exposed


@st.composite
def hierarchies(draw: st.DrawFn, name: str) -> Hierarchy:
    """A total, sometimes with classes in between, also classes of one part."""
    pairs = []
    for group in range(draw(st.integers(1, 3))):
        parts = draw(st.integers(0, 3))
        pairs.append((f"{name}{group}", "Total"))
        pairs += [(f"{name}{group}{part}", f"{name}{group}") for part in range(parts)]
    return from_pairs(pairs, name=name)


@st.composite
def tables(draw: st.DrawFn) -> TableModel:
    """Up to three dimensions of small and large counts, many of them nothing."""
    dimensions = {name: draw(hierarchies(name)) for name in draw(st.sampled_from(["a", "ab", "abc"]))}
    shape = [len(hierarchy.leaves) for hierarchy in dimensions.values()]
    counts = st.one_of(st.integers(0, 4), st.integers(0, 30))
    values = draw(st.lists(counts, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return product_table(dimensions, np.array(values, dtype=np.float64).reshape(shape))


@settings(max_examples=40)
@given(tables(), st.sampled_from([(5, 3), (5, 5), (10, 3), (10, 10)]), st.booleans())
def test_no_attacker_finds_anybody(model: TableModel, design: tuple[int, int], secret_zeros: bool) -> None:
    """The attacker is another program than the one that rounds. Seen to fail with plain rounding."""
    base, min_units = design

    found = rounded(model, base=base, min_units=min_units, secret_zeros=secret_zeros)

    low, high = said_by(found.shown, base)
    asked = asked_of(low, high, min_units=min_units, secret_zeros=secret_zeros)
    assert exposed(model.equations, low, high, asked) == []


@settings(max_examples=40)
@given(tables(), st.sampled_from([5, 10]))
def test_the_attacker_s_bounds_hold_the_truth(model: TableModel, base: int) -> None:
    """Plain rounding: what is certainly at least so many, is at least so many. Seen to fail with bounds off by one."""
    low, high = said_by(nearest_multiple(model.values, base), base)

    for each in exposed(model.equations, low, high, asked_of(low, high, min_units=3)):
        assert model.values[each.cell] >= each.bound


@settings(max_examples=30)
@given(tables(), st.sampled_from([5, 10]))
def test_what_is_not_moved_is_nearest_and_what_is_moved_is_next_to_it(model: TableModel, base: int) -> None:
    found = rounded(model, base=base)

    nearest = nearest_multiple(model.values, base)
    assert ((found.shown != nearest) == found.moved).all()
    assert np.abs(found.shown - model.values).max() <= found.largest_deviation
    assert (found.low <= model.values).all()
    assert (found.high >= model.values).all()
