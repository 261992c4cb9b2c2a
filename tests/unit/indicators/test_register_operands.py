"""What an indicator asks of a register: how it is written, and every mistake that can be made in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.indicators.catalogue import Catalogue, read_catalogue
from gemeinsinn.indicators.definition import Timing
from gemeinsinn.settings.instance import Instance
from support.tiny import SHARE, tiny_instance


def catalogue(folder: Path, numerator: str) -> Catalogue:
    text = SHARE.replace("numerator: {table: cases}", f"numerator: {numerator}")
    instance: Instance = tiny_instance(folder, files={"catalogue/life/cases_share.yaml": text})
    return read_catalogue(instance.catalogue)


@pytest.mark.parametrize(
    ("written", "name", "timing"),
    [
        ("{register: residents, events: births}", "births", Timing.SAME),
        ("{register: residents, time: person_years}", "person_years", Timing.SAME),
        ("{register: residents, on: key_date}", "persons 12-31", Timing.SAME),
        ("{register: residents, on: mid_year}", "persons 06-30", Timing.SAME),
        ('{register: residents, on: "03-01"}', "persons 03-01", Timing.SAME),
        ("{register: residents, on: mean_of_year}", "persons 12-31", Timing.MEAN_OF_YEAR),
        (
            '{register: residents, on: year_end, where: {sex: [female], age: ["15-49", "60+"]}}',
            "persons 12-31, age=15-49|60+, sex=female",
            Timing.SAME,
        ),
    ],
)
def test_a_question_to_a_register_stands_as_a_table(tmp_path: Path, written: str, name: str, timing: Timing) -> None:
    found = catalogue(tmp_path, written)

    (operand,) = found.indicators["cases_share"].numerator.plus
    assert found.asked[operand.table].name == name
    assert found.tables[operand.table].parts[0].source == "residents"
    assert operand.timing is timing


def test_equal_questions_are_asked_once(tmp_path: Path) -> None:
    found = catalogue(tmp_path, "{plus: [{register: residents, on: key_date}, {register: residents, on: year_end}]}")

    assert len(found.asked) == 1


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("{register: residents}", "a register is asked for one of: events, time, on"),
        ("{register: residents, on: year_end, events: births}", "a register is asked for one of: events, time, on"),
        ("{register: residents, events: birth}", "Did you mean 'births'"),
        ("{register: residents, time: years}", "'years'"),
        ('{register: residents, on: "02-30"}', "'02-30' is no key date of every year"),
        ('{register: residents, on: "02-29"}', "'02-29' is no key date of every year"),
        ("{register: residents, on: yearend}", "'yearend' is no key date of every year"),
        ("{register: residents, on: year_end, where: {age: [old]}}", "'old' is no span of ages"),
        ("{register: residents, on: year_end, where: {sex: []}}", "no sex is chosen"),
        ("{register: residents, on: year_end, were: {sex: [male]}}", "Did you mean 'where'"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_what_to_do(tmp_path: Path, written: str, what: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        catalogue(tmp_path, written)

    assert "cases_share.yaml" in str(raised.value)
    assert what in str(raised.value)
