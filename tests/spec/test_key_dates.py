"""How people are counted on a key date, on every engine; the cases stand in `key_dates`."""

from __future__ import annotations

import pytest

from spec.key_dates import CASES, Case
from support.key_dates import ENGINES, Engines, said, spells


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_people_are_counted_as_the_rule_says(case: Case, engine: str, engines: Engines) -> None:
    rows = spells(case.register)

    for asked, question in case.questions():
        cube = engines.cube(engine, rows, question)

        expected = case.answers[asked]
        assert (int(cube.counts.sum()) if isinstance(expected, int) else in_words(said(cube))) == expected, asked


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_engine_adds_up_the_same_record_keys(case: Case, engines: Engines) -> None:
    rows = spells(case.register)

    for _, question in case.questions():
        first, *others = [engines.cube(engine, rows, question).keys.tolist() for engine in ENGINES]

        assert all(other == first for other in others)


def in_words(cells: list[dict[str, object]]) -> str:
    """Cells as the cases write them: days apart by semicolons if there are several."""
    days: dict[object, list[str]] = {}
    for cell in cells:
        *names, people = (value for name, value in cell.items() if name != "on")
        days.setdefault(cell["on"], []).append(" ".join(str(each) for each in (*names, people)))
    lines = [", ".join(texts) for texts in days.values()]
    return (
        "; ".join(f"{day} {line}" for day, line in zip(days, lines, strict=True)) if len(days) > 1 else "".join(lines)
    )
