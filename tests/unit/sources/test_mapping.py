"""Declared mappings: what each field becomes, and one wrong mapping for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from gemeinsinn.concepts.observations import ObsStatus
from gemeinsinn.errors import DefinitionError
from gemeinsinn.sources import mapping as module
from gemeinsinn.sources.formats import mapping_from
from gemeinsinn.sources.mapping import DimensionColumn, TableMapping, ValueColumns
from support.messages import unprovoked


RIGHT = """area: {column: key}
period: {column: year}
values:
  - {column: cases, measure: cases, unit: Anzahl}
dimensions:
  sex: {column: sex, codes: {w: female}}
delimiter: ";"
"""


def read(folder: Path, text: str = RIGHT) -> TableMapping:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    return mapping_from(path)


def test_a_mapping_says_where_everything_stands(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert (found.area_column, found.area_value, found.area_by) == ("key", "", "key")
    assert (found.period_column, found.period_value) == ("year", "")
    assert found.values == (ValueColumns("cases", None, "cases", "Anzahl"),)
    assert found.dimensions == {"sex": DimensionColumn("sex", {"w": "female"})}


def test_what_is_left_out_is_as_german_files_are(tmp_path: Path) -> None:
    found = read(tmp_path)

    assert (found.decimal, found.grouping, found.header_row, found.encoding, found.sheet) == (",", "", 1, "", "")


def test_marks_are_statuses_of_the_closed_list(tmp_path: Path) -> None:
    found = read(tmp_path, f'{RIGHT}marks: {{"k.A.": source-later}}\n')

    assert found.marks == {"k.A.": ObsStatus.SOURCE_LATER}


def test_labels_to_skip_may_be_one_or_several(tmp_path: Path) -> None:
    found = read(tmp_path, f"{RIGHT}skip: {{key: Summe, sex: [a, b]}}\n")

    assert found.skip == {"key": ("Summe",), "sex": ("a", "b")}


def test_a_pattern_of_columns_with_a_period_needs_no_other_period(tmp_path: Path) -> None:
    text = 'area: {column: key}\nvalues: {columns: "(?P<period>\\\\d+)", measure: cases, unit: Anzahl}\n'

    found = read(tmp_path, text)

    assert found.values[0].pattern is not None
    assert found.period_column == found.period_value == ""


MISTAKES: dict[str, tuple[str, str, list[str]]] = {
    "no area": ("area: {column: key}\n", "", ["m.yaml:1: a mapping needs the field 'area'."]),
    "an area of two kinds": (
        "area: {column: key}",
        'area: {column: key, value: "01"}',
        ["m.yaml:1 area: an area is either a `column` or one `value` for the whole file."],
    ),
    "an area of no kind": (
        "area: {column: key}",
        "area: {by: name}",
        ["m.yaml:1 area: an area is either a `column` or one `value` for the whole file."],
    ),
    "an area by something else": (
        "{column: key}",
        "{column: key, by: names}",
        ["m.yaml:1 area.by: 'names' is not allowed here. Did you mean 'name'?"],
    ),
    "no period": (
        "period: {column: year}\n",
        "",
        ["m.yaml:1: the mapping names no period. Say `period: {column: …}`, or `period: {value: 2015}`."],
    ),
    "a period that is none": (
        "period: {column: year}",
        "period: {value: next year}",
        ["m.yaml:2 period.value: 'next year' is no period. Write 2015 or 31.12.2015."],
    ),
    "no values": (
        "values:\n  - {column: cases, measure: cases, unit: Anzahl}\n",
        "",
        ["m.yaml:1: a mapping needs the field 'values'."],
    ),
    "an empty list of values": (
        "values:\n  - {column: cases, measure: cases, unit: Anzahl}\n",
        "values: []\n",
        ["m.yaml:3 values: a mapping needs at least one column of values."],
    ),
    "values in two ways": (
        "{column: cases,",
        "{column: cases, columns: c.*,",
        ["m.yaml:4 values[0]: values stand either in one `column` or in `columns` that match a pattern."],
    ),
    "values without a unit": (", unit: Anzahl", "", ["m.yaml:4 values[0]: a mapping needs the field 'unit'."]),
    "a pattern that is none": (
        "{column: cases,",
        '{columns: "(c",',
        ["m.yaml:4 values[0].columns: '(c' is no pattern: missing ), unterminated subpattern at position 0."],
    ),
    "a dimension without a column": (
        "{column: sex, codes",
        "{codes",
        ["m.yaml:6 dimensions.sex: a mapping needs the field 'column'."],
    ),
    "a delimiter of two characters": (
        'delimiter: ";"',
        'delimiter: "; "',
        ["m.yaml:7 delimiter: a delimiter is one character."],
    ),
    "a decimal mark of no language": (
        'delimiter: ";"',
        'decimal: "\'"',
        ["m.yaml:7 decimal: ''' is not allowed here. Allowed: ,, .."],
    ),
    "one mark for both": (
        'delimiter: ";"',
        'grouping: ","',
        ["m.yaml:7 grouping: ',' is the decimal mark too. Declare `decimal` as well."],
    ),
    "a head above the first row": (
        'delimiter: ";"',
        "header_row: 0",
        ["m.yaml:7 header_row: expected a whole number of at least 1."],
    ),
    "a mark of no status": (
        'delimiter: ";"',
        "marks: {geheim: secret}",
        [
            "m.yaml:7 marks.geheim: 'secret' is not allowed here. Allowed: "
            + ", ".join(sorted(str(status) for status in ObsStatus))
            + "."
        ],
    ),
    "an unknown field": (
        "delimiter:",
        "delimeter:",
        ["m.yaml:7 delimeter: a mapping has no field 'delimeter'. Did you mean 'delimiter'?"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_place_reason_and_remedy(tmp_path: Path, name: str) -> None:
    old, new, messages = MISTAKES[name]
    assert old in RIGHT

    with pytest.raises(DefinitionError) as raised:
        read(tmp_path, RIGHT.replace(old, new))

    assert str(raised.value).splitlines() == messages


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    assert unprovoked(module, [message for _, _, messages in MISTAKES.values() for message in messages]) == []
