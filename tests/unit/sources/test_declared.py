"""Declared sources: what each field becomes, and one wrong file for every mistake in sources.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.concepts.origins import Origin
from gemeinsinn.errors import DefinitionError
from gemeinsinn.sources import declared
from gemeinsinn.sources.declared import SourceDeclaration, read_sources
from support.messages import unprovoked


RIGHT = """origins:
  office:
    publisher: Amt
    licence: dl-de/by-2-0
    attribution: © Amt
    changed: {de: gekürzt, en: cut}
sources:
  births:
    format: regionalstatistik
    location: data/births.csv
    origin: office
    title: Geburten
    table_code: 12612-01
    period: 2015
    evidence: {de: steht im Heft, en: says the booklet}
    zero_signs: ["-"]
"""
MAPPED = """  counts:
    format: mapped
    location: counts.csv
    origin: office
    mapping:
      area: {column: key}
      period: {column: year}
      values: [{column: cases, measure: cases, unit: Anzahl}]
"""


def read(folder: Path, text: str = RIGHT) -> dict[str, SourceDeclaration]:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return read_sources(path)


def births(folder: Path, more: str = "") -> SourceDeclaration:
    return read(folder, RIGHT + more)["births"]


def test_a_source_knows_its_format_its_place_and_its_origin(tmp_path: Path) -> None:
    found = births(tmp_path)

    assert (found.id, found.format, found.location, found.origin_id) == (
        "births",
        "regionalstatistik",
        "data/births.csv",
        "office",
    )
    assert found.origin == Origin(
        "Amt", "Geburten", "dl-de/by-2-0", "© Amt", table_code="12612-01", changed={"de": "gekürzt", "en": "cut"}
    )


def test_a_source_without_a_title_has_that_of_its_origin(tmp_path: Path) -> None:
    text = RIGHT.replace("    title: Geburten\n", "").replace("publisher: Amt", "publisher: Amt\n    title: Heft")

    assert read(tmp_path, text)["births"].origin.title == "Heft"


def test_what_is_left_out_promises_nothing(tmp_path: Path) -> None:
    found = births(tmp_path)

    assert (found.key_date, found.territory, found.partial, found.may_shrink) == ("", "key_date", False, 0.2)
    assert not found.origin.synthetic


def test_options_are_handed_to_the_reader_as_text(tmp_path: Path) -> None:
    assert births(tmp_path).options.options == {"period": "2015"}


def test_a_period_that_yaml_takes_for_a_date_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, RIGHT.replace("period: 2015", "period: 2015-12-31"))["births"]

    assert found.options.options == {"period": "2015-12-31"}


@pytest.mark.parametrize("written", ["2021-12-31", "31.12.2021"])
def test_one_territory_for_all_rows_is_a_date(tmp_path: Path, written: str) -> None:
    assert births(tmp_path, f"    territory: {written}\n").territory == date(2021, 12, 31).isoformat()


def test_the_territory_of_shapes_is_an_option_of_their_reader(tmp_path: Path) -> None:
    text = RIGHT.replace("format: regionalstatistik", "format: vg5000").replace("period: 2015", "territory: 2021-01-01")

    assert read(tmp_path, text)["births"].options.options == {"territory": "2021-01-01"}


def test_a_mapping_stands_in_its_source(tmp_path: Path) -> None:
    mapping = read(tmp_path, RIGHT + MAPPED)["counts"].options.mapping

    assert mapping is not None
    assert mapping.area_column == "key"


def test_the_declaration_is_kept_as_written_so_that_a_change_is_noticed(tmp_path: Path) -> None:
    assert births(tmp_path).declared["zero_signs"] == ["-"]


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == {}


def more(lines: str) -> tuple[str, str]:
    """Lines added to the source."""
    return '    zero_signs: ["-"]\n', f'    zero_signs: ["-"]\n{lines}'


SOURCE = "sources.yaml:8 sources.births"
MISTAKES: dict[str, tuple[tuple[str, str], list[str]]] = {
    "an unknown part": (
        ("origins:\n", "origin:\n"),
        [
            "sources.yaml:1 origin: a source has no field 'origin'. Did you mean 'origins'?",
            "sources.yaml:11 sources.births.origin: 'office' is not allowed here. There is nothing yet to choose from.",
        ],
    ),
    "sources in a list": (
        (RIGHT[RIGHT.index("sources:") :], "sources: [births]\n"),
        ["sources.yaml:7 sources: expected named entries, found a list."],
    ),
    "a source in one word": (
        (RIGHT[RIGHT.index("  births:") :], "  births: births.csv\n"),
        [f"{SOURCE}: expected fields of a source, found 'births.csv'."],
    ),
    "an id that is no address": (
        ("births:", "Geburten 2015:"),
        [
            "sources.yaml:8 sources.Geburten 2015: 'Geburten 2015' is no id of a source. Use small letters, digits, - "
            "and _."
        ],
    ),
    "no format": (("    format: regionalstatistik\n", ""), [f"{SOURCE}: a source needs the field 'format'."]),
    "a misspelt format": (
        ("regionalstatistik", "regionalstatistic"),
        [
            "sources.yaml:9 sources.births.format: 'regionalstatistic' is not allowed here. Did you mean 'regionalstatistik'?"
        ],
    ),
    "an origin that is not declared": (
        ("origin: office", "origin: bureau"),
        ["sources.yaml:11 sources.births.origin: 'bureau' is not allowed here. Allowed: office."],
    ),
    "an origin without a licence": (
        ("    licence: dl-de/by-2-0\n", ""),
        ["sources.yaml:2 origins.office: a source needs the field 'licence'."],
    ),
    "no location": (
        ("location: data/births.csv", "location:"),
        ["sources.yaml:10 sources.births.location: expected a text, found nothing."],
    ),
    "a period that is none": (
        ("period: 2015", "period: gestern"),
        ["sources.yaml:14 sources.births.period: 'gestern' is no period. Write 2015 or 31.12.2015."],
    ),
    "a period and a sign without evidence": (
        ("    evidence: {de: steht im Heft, en: says the booklet}\n", ""),
        [
            "sources.yaml:14 sources.births.period: a declared period needs `evidence`: how do we know it?",
            "sources.yaml:15 sources.births.zero_signs: a sign that means zero needs `evidence`: how do we know it?",
        ],
    ),
    "evidence in one language": (
        (", en: says the booklet", ""),
        ["sources.yaml:15 sources.births.evidence: a source needs the field 'en'."],
    ),
    "an option of another format": (
        more("    unit: EUR\n"),
        ["sources.yaml:17 sources.births.unit: the format 'regionalstatistik' takes no 'unit'."],
    ),
    "a sign that is none": (
        ('["-"]', '["?"]'),
        ["sources.yaml:16 sources.births.zero_signs: '?' is no sign. Known: . - – / x X ... …."],
    ),
    "a key date with a year": (
        more("    key_date: 2015-12-31\n"),
        ["sources.yaml:17 sources.births.key_date: '2015-12-31' is no month and day of every year. Write \"12-31\"."],
    ),
    "a key date of leap years": (
        more("    key_date: 02-29\n"),
        ["sources.yaml:17 sources.births.key_date: '02-29' is no month and day of every year. Write \"12-31\"."],
    ),
    "a territory without a day": (
        more("    territory: 2021\n"),
        ["sources.yaml:17 sources.births.territory: '2021' is no date of a territory. Write 2021-12-31 or key_date."],
    ),
    "a share above one": (
        more("    may_shrink: 20\n"),
        ["sources.yaml:17 sources.births.may_shrink: a share lies between 0 and 1."],
    ),
    "a partial that is neither": (
        more("    partial: yes\n"),
        ["sources.yaml:17 sources.births.partial: expected true or false, found 'yes'."],
    ),
    "a mapped source without a mapping": (
        ("regionalstatistik", "mapped"),
        [
            "sources.yaml:14 sources.births.period: the format 'mapped' takes no 'period'.",
            f"{SOURCE}: the format 'mapped' needs the field 'mapping'.",
        ],
    ),
    "an unknown field": (
        ("zero_signs:", "zero_sign:"),
        ["sources.yaml:16 sources.births.zero_sign: a source has no field 'zero_sign'. Did you mean 'zero_signs'?"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_place_reason_and_remedy(tmp_path: Path, name: str) -> None:
    (old, new), messages = MISTAKES[name]
    assert old in RIGHT

    with pytest.raises(DefinitionError) as raised:
        read(tmp_path, RIGHT.replace(old, new))

    assert str(raised.value).splitlines() == messages


def test_mistakes_of_several_sources_are_named_together(tmp_path: Path) -> None:
    text = RIGHT.replace("period: 2015", "period: gestern") + MAPPED.replace("column: key", "colum: key")

    with pytest.raises(DefinitionError) as raised:
        read(tmp_path, text)

    assert [finding.where.partition(" ")[2] for finding in raised.value.findings] == [
        "sources.births.period",
        "sources.counts.mapping.area.colum",
        "sources.counts.mapping.area",
    ]


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    assert unprovoked(declared, [message for _, messages in MISTAKES.values() for message in messages]) == []
