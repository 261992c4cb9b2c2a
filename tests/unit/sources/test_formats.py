"""Formats by name: which there are, what options reach their reader, and names that stand for none."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.sources import formats
from gemeinsinn.sources.formats import FORMATS, ReadOptions, format_named, read_as
from support.messages import unprovoked
from support.readings import mapping
from support.tiny import directory


NO_FORMAT = {
    "inkarr": "there is no format 'inkarr'. Did you mean 'inkar'?",
    "pdf": f"there is no format 'pdf'. Formats: {', '.join(FORMATS)}.",
}
NO_MAPPING = "the format 'mapped' needs a mapping. Name it with --mapping M.yaml."


def test_every_format_is_found_by_its_name() -> None:
    assert {name: format_named(name).name for name in FORMATS} == {name: name for name in FORMATS}


@pytest.mark.parametrize("name", NO_FORMAT)
def test_a_name_of_no_format_is_answered_with_the_nearest_or_with_all(name: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        format_named(name)

    assert str(raised.value) == NO_FORMAT[name]


def test_options_that_a_reader_does_not_take_are_left_out_and_empty_ones_too() -> None:
    options = ReadOptions({"period": "31.12.2022", "unit": "EUR", "encoding": ""})

    reading = read_as("gv100ad", directory().encode(), file_name="gv.txt", options=options)

    assert set(reading.observations["period"]) == {"2022"}


def test_a_mapped_file_is_read_by_its_mapping() -> None:
    declared = mapping("area: {column: key}\nperiod: {column: year}\nvalues: [{column: n, measure: n, unit: Anzahl}]\n")

    reading = read_as("mapped", b"key;year;n\n01;2015;7\n", file_name="a.csv", options=ReadOptions({}, declared))

    assert reading.observations["value"].to_list() == [7]


def test_a_mapped_file_without_a_mapping_is_answered_with_how_to_name_it() -> None:
    with pytest.raises(UnknownNameError) as raised:
        read_as("mapped", b"", file_name="a.csv", options=ReadOptions())

    assert str(raised.value) == NO_MAPPING


def test_no_message_is_left_without_a_name_that_provokes_it() -> None:
    assert unprovoked(formats, [*NO_FORMAT.values(), NO_MAPPING]) == []
