"""The history that the kernel derives is, on every day and after every step, what the plain reference believes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings, strategies as st

from gemeinsinn.lake.restricted import kernel
from support.spells import Told, believed


LAST_DAY = 14
OPEN = 10**6
ATTRIBUTES = 2


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """The events of one person in the order of their steps: late ones, corrections of corrections, cancellations."""
    count = draw(st.integers(1, 8))
    steps = sorted(draw(st.lists(st.integers(1, 5), min_size=count, max_size=count)))
    events: list[Told] = []
    for number, step in enumerate(steps, start=1):
        meaning = draw(st.sampled_from(range(6)))
        others = [other for other in range(1, count + 1) if other != number]
        earlier = [event.id for event in events] or others
        refers = draw(st.sampled_from(earlier or [99])) if meaning >= kernel.CORRECTION else 0
        if meaning >= kernel.CORRECTION and draw(st.booleans()) and others:
            refers = draw(st.sampled_from(others))
        events.append(
            Told(
                id=number,
                step=step,
                meaning=meaning,
                day=draw(st.integers(1, LAST_DAY - 2)),
                state=tuple(draw(st.integers(0, 2)) for _ in range(ATTRIBUTES)),
                refers_to=refers,
                sets=draw(st.sampled_from([-1, 1, 2])),
            )
        )
    return without_circles(events)


def without_circles(events: list[Told]) -> list[Told]:
    """No event corrects one that, in the end, corrects it; what deliveries do there is nobody's belief."""
    target = {event.id: event.refers_to for event in events if event.meaning >= kernel.CORRECTION}
    kept = []
    for event in events:
        seen, at = set(), event.id
        while at in target and at not in seen:
            seen.add(at)
            at = target[at]
        if at not in seen:
            kept.append(event)
    return kept or [Told(1, 1, kernel.START, 1, (0,) * ATTRIBUTES)]


def rectangles(persons: list[list[Told]]) -> np.ndarray:
    every = [event for events in persons for event in events]
    column = lambda name: np.array([getattr(event, name) for event in every], np.int64)  # noqa: E731
    happened = kernel.Happened(
        offsets=np.cumsum([0, *(len(events) for events in persons)]).astype(np.int64),
        step=column("step"),
        effective=column("day"),
        meaning=column("meaning"),
        event=column("id"),
        refers_to=column("refers_to"),
        sets=column("sets"),
        state=np.array([event.state for event in every], np.int64),
    )
    return kernel.rectangles(happened, OPEN)


def found_on(rows: np.ndarray, *, day: int, step: int) -> list[tuple[int, ...]]:
    """The states that the rectangles have on a day after a step."""
    on_day = (rows[:, kernel.VALID_FROM] <= day) & (rows[:, kernel.VALID_TO] > day)
    known = (rows[:, kernel.KNOWN_FROM] <= step) & (rows[:, kernel.KNOWN_TO] > step)
    return [tuple(int(value) for value in row[kernel.ATTRIBUTES :]) for row in rows[on_day & known]]


@settings(max_examples=400)
@given(st.lists(histories(), min_size=1, max_size=3))
def test_every_day_and_step_of_the_rectangles_is_what_the_reference_believes(persons: list[list[Told]]) -> None:
    rows = rectangles(persons)

    for number, events in enumerate(persons):
        own = rows[rows[:, kernel.PERSON] == number]
        for step in range(7):
            for day in range(LAST_DAY + 1):
                expected = believed(events, day=day, step=step)
                assert found_on(own, day=day, step=step) == ([] if expected is None else [expected])


@settings(max_examples=200)
@given(histories())
def test_neighbouring_spells_of_one_step_differ_and_none_is_empty(events: list[Told]) -> None:
    rows = rectangles([events])

    assert (rows[:, kernel.VALID_FROM] < rows[:, kernel.VALID_TO]).all()
    assert (rows[:, kernel.KNOWN_FROM] < rows[:, kernel.KNOWN_TO]).all()
    for step in range(7):
        known = rows[(rows[:, kernel.KNOWN_FROM] <= step) & (rows[:, kernel.KNOWN_TO] > step)]
        in_order = known[np.argsort(known[:, kernel.VALID_FROM])]
        for before, after in pairwise(in_order):
            touches = before[kernel.VALID_TO] == after[kernel.VALID_FROM]
            assert not (touches and (before[kernel.ATTRIBUTES :] == after[kernel.ATTRIBUTES :]).all())


@settings(max_examples=200)
@given(histories())
def test_what_was_believed_after_a_step_is_not_changed_by_later_ones(events: list[Told]) -> None:
    whole = rectangles([events])

    for step in {event.step for event in events}:
        by_then = rectangles([[event for event in events if event.step <= step]])
        for day in range(LAST_DAY + 1):
            assert found_on(whole, day=day, step=step) == found_on(by_then, day=day, step=step)
