"""registers.yaml and the small files it names: what is read, and one wrong file for every mistake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.concepts.registers import AGE_CLASSES, ColumnKind, CountingUnit
from gemeinsinn.errors import DefinitionError, Finding
from gemeinsinn.sources.registers import attributes, codes, declared, deliveries
from gemeinsinn.sources.registers.codes import Replacement, read_codes, read_mapping
from gemeinsinn.sources.registers.days import DayPattern, day_pattern
from gemeinsinn.sources.registers.declaration import DeliveryKind, Meaning
from gemeinsinn.sources.registers.declared import read_registers
from support.messages import unprovoked
from support.registers import REGISTERS, office_in


EXAMPLE = Path(__file__).parents[4] / "examples" / "pinneberg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    office_in(tmp_path, *REGISTERS)
    return tmp_path


def test_a_declaration_says_what_a_register_is_and_how_it_comes(folder: Path) -> None:
    found = read_registers(folder / "registers.yaml")["residents"]

    assert found.register.unit is CountingUnit.PERSON
    assert [column.kind for column in found.register.columns] == [ColumnKind.AREA, ColumnKind.CODE, ColumnKind.BIRTH]
    assert found.register.age_classes == AGE_CLASSES
    assert found.delivered.kind is DeliveryKind.CHANGES
    assert found.events is not None
    assert found.events.kinds["KO"].meaning is Meaning.CORRECTION
    assert found.columns == ("number", "ags", "sex", "birth", "event", "refers", "kind", "day")


def test_the_demo_county_declares_five_registers_with_eleven_groups_of_nationality() -> None:
    found = read_registers(EXAMPLE / "registers.yaml")

    assert list(found) == ["residents", "benefits", "youth_welfare", "childcare", "care"]
    assert all(each.register.synthetic for each in found.values())
    groups = found["residents"].register.dimensions["nationality_group"]
    assert len(groups.categories) == 11
    assert groups.categories[groups.category_of[0]].id == "german"
    assert groups.categories[groups.category_of[129]].id == "eu"
    assert groups.categories[groups.category_of[168]].id == "europe"
    assert groups.categories[groups.category_of[997]].id == "other"


def test_without_the_file_there_are_no_registers(tmp_path: Path) -> None:
    assert read_registers(tmp_path / "registers.yaml") == {}


def test_a_change_of_a_mapping_is_a_change_of_the_declaration(folder: Path) -> None:
    before = read_registers(folder / "registers.yaml")["residents"].digest
    (folder / "mappings" / "sex.csv").write_text("from,to\nm,1\nw,2\nd,3\nx,3\n")

    assert read_registers(folder / "registers.yaml")["residents"].digest != before


MISTAKES = {
    "an id with capitals": ("  residents:\n", "  Residents:\n", "'Residents' is no id of a register."),
    "a field that does not exist": (
        "    person: number",
        "    persn: number",
        "a register has no field 'persn'. Did you mean 'person'?",
    ),
    "nobody is anybody": ("    person: number", "    person: []", "the register does not say who is who."),
    "a kind of delivery": ("kind: changes", "kind: change", "'change' is not allowed here. Did you mean 'changes'?"),
    "no events": (
        "    events:\n",
        "    valid_from: day\n    event:\n",
        "a register that is delivered as changes needs the field 'events'.",
    ),
    "events of a whole history": (
        "kind: changes",
        "kind: full",
        "a register that is delivered as 'full' has no events.",
    ),
    "a history without times": (
        "kind: changes",
        "kind: full",
        "a whole history needs the fields 'valid_from' and 'valid_to'.",
    ),
    "a meaning": ("ST: death", "ST: dead", "'dead' is not allowed here. Did you mean 'death'?"),
    "a name that is taken": ("      area: {kind", "      pid: {kind", "'pid' cannot be the name of a column."),
    "a dimension that is there already": (
        "      sex: {column: sex, codes",
        "      municipality: {column: sex, codes",
        "every register has the dimension 'municipality'.",
    ),
    "a dimension of no column": (
        "sex: {column: sex",
        "sex: {column: sx",
        "'sx' is not allowed here. Did you mean 'sex'?",
    ),
    "an index of no dimension": ("index: [sex]", "index: [gender]", "'gender' is not allowed here."),
    "a mapping to unknown codes": (
        "map: mappings/sex.csv",
        "map: mappings/names.csv",
        "its mapping leads to 3 codes that its code list does not have: 1001001 …",
    ),
    "a mapping that is not there": (
        "map: mappings/sex.csv",
        "map: mappings/sexes.csv",
        "sexes.csv: there is no such file in mappings/. Did you mean 'sex.csv'",
    ),
    "a birth with a mapping": (
        'birth: {kind: birth, from: birth, date: "%Y%m%d"}',
        "birth: {kind: birth, from: birth, map: mappings/sex.csv}",
        "a column of the kind 'birth' takes no 'map'.",
    ),
    "two areas": (
        "      sex: {kind: code, from: sex, map: mappings/sex.csv}\n",
        "      sex: {kind: area, from: sex}\n",
        "a register has one area and one birth at most.",
    ),
    "ages that fall": (
        "    index: [sex]",
        "    index: [sex]\n    age_classes: [0, 18, 6]",
        "the first ages of classes begin with 0 and rise.",
    ),
    "a day in no name": (
        'dated_by: "_{date:%Y%m%d}"',
        'dated_by: "files"',
        "it says no day: it needs {date} or {year}.",
    ),
    "a slot that does not exist": ('dated_by: "_{date:%Y%m%d}"', 'dated_by: "{week}"', "there is no slot '{week}'."),
    "a slot twice": ('dated_by: "_{date:%Y%m%d}"', 'dated_by: "{year}{year}"', "a slot stands in it twice."),
    "a day of every period": ('"_{date:%Y%m%d}"', '"{year}"\n      day: 31-12', "'31-12' is no day of every period."),
    "a long delimiter": ('delimiter: "|"', 'delimiter: "||"', "a delimiter is one character."),
    "a share": ('delimiter: "|"', 'delimiter: "|"\n      may_reject: 2', "a share lies between 0 and 1."),
    "an option of another format": (
        'delimiter: "|"',
        'delimiter: "|"\n      sheet: A',
        "the format 'csv' takes no 'sheet'.",
    ),
    "no location": ("      location: deliveries/residents/*.csv*\n", "", "the delivery needs the field 'location'."),
    "a database without an address": (
        "format: csv\n      location: deliveries/residents/*.csv*",
        "format: postgresql",
        "the address of the database stands either in a variable of the environment or in a file.",
    ),
    "a database without a query": (
        "format: csv\n      location: deliveries/residents/*.csv*",
        "format: postgresql\n      dsn_variable: DSN",
        "the delivery needs the field 'query_file'.",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_reason(folder: Path, name: str) -> None:
    old, new, message = MISTAKES[name]
    path = folder / "registers.yaml"
    text = "registers:\n" + REGISTERS["residents"]
    assert old in text
    path.write_text(text.replace(old, new))

    with pytest.raises(DefinitionError) as raised:
        read_registers(path)

    assert message in str(raised.value)


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    path = folder / "registers.yaml"
    path.write_text(path.read_text().replace("unit: person", "unit: people").replace("kind: snapshot", "kind: snap"))

    with pytest.raises(DefinitionError) as raised:
        read_registers(path)

    assert len(raised.value.findings) >= 4


WRONG_FILES = {
    "a head without a column": ("from,too\n", "m.csv:1: the column 'to' is missing. Write: from,to."),
    "a head with another column": ("from,to,too\n", "m.csv:1: there is no column 'too'. Did you mean 'to'?"),
    "a code in letters": ("from,to\na,b\n", "m.csv:2: a code is a whole number."),
    "a row that is too long": ("from,to\nAstadt, Stadt,1\n", "m.csv:2: the row has 3 cells, the head has 2."),
    "a text twice": ("from,to\na,1\n a ,2\n", "m.csv:3: what stands in 'from' is mapped twice for the same days."),
    "a day that is none": ("from,to,valid_from\na,1,2025-02-30\n", "m.csv:2: this is no date."),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_mistake_in_a_mapping_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    text, message = WRONG_FILES[name]
    (tmp_path / "m.csv").write_text(text)
    findings: list[Finding] = []

    read_mapping(tmp_path / "m.csv", findings)

    assert str(findings[0]).startswith(message)


WRONG_CODES = {
    "a code twice": ("1,a,A,A\n1,a,,\n", "c.csv:3: the code 1 stands here twice."),
    "a category without words": ("1,a,,A\n", "c.csv:2: the first row of a category needs its id and its labels."),
    "a category with other words": ("1,a,A,A\n2,a,B,B\n", "c.csv:3: the category 'a' has other labels further up."),
}


@pytest.mark.parametrize("name", WRONG_CODES)
def test_a_mistake_in_a_code_list_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    text, message = WRONG_CODES[name]
    (tmp_path / "c.csv").write_text("code,category,label_de,label_en\n" + text)
    findings: list[Finding] = []

    read_codes(tmp_path / "c.csv", findings)

    assert str(findings[0]).startswith(message)


def test_a_mapping_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes("from,to\nä,1\n".encode("cp1252"))
    findings: list[Finding] = []

    assert read_mapping(tmp_path / "m.csv", findings) == ()
    assert str(findings[0]) == "m.csv: the file is not UTF-8 text. Save it as UTF-8."


def test_a_text_may_mean_another_code_from_a_day_on(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("from,to,valid_from,valid_to\na,1,,2018-01-01\na,2,2018-01-01,\n")
    findings: list[Finding] = []

    first, second = read_mapping(tmp_path / "m.csv", findings)

    assert findings == []
    assert (first.code, first.valid_to) == (1, date(2018, 1, 1))
    assert second == Replacement("a", 2, date(2018, 1, 1))


@pytest.mark.parametrize(
    ("pattern", "on", "name", "day", "part"),
    [
        ("aenderungen_{date:%Y%m%d}", "last", "2015/aenderungen_20150108.csv.gz", date(2015, 1, 8), ""),
        ("stand_{year}-{month}", "last", "stand_2016-02/leistungsfall.csv", date(2016, 2, 29), ""),
        ("stand_{year}-{month}", "first", "stand_2016-02/leistungsfall.csv", date(2016, 2, 1), ""),
        ("_{year}-Q{quarter}", "last", "hilfe_2015-Q3.csv", date(2015, 9, 30), ""),
        ("_{year}-Q{quarter}", "first", "hilfe_2015-Q3.csv", date(2015, 7, 1), ""),
        ("{year}", "last", "liste 2015.csv", date(2015, 12, 31), ""),
        ("{year}/{part}", "03-01", "deliveries/childcare/2015/kita.sonne.xlsx", date(2015, 3, 1), "kita.sonne"),
        ("_{date:%Y%m%d}", "last", "a_20150230.csv", None, ""),
        ("_{date:%Y%m%d}", "last", "other.csv", None, ""),
    ],
)
def test_the_name_of_a_file_says_its_day_and_its_part(
    pattern: str, on: str, name: str, day: date | None, part: str
) -> None:
    found = day_pattern(pattern, on)

    assert isinstance(found, DayPattern)
    assert (found.day(name), found.part(name)) == (day, part)


def test_no_message_is_left_without_a_mistake_that_provokes_it() -> None:
    provoked = [message for _, _, message in MISTAKES.values()]
    provoked += [message for _, message in [*WRONG_FILES.values(), *WRONG_CODES.values()]]
    provoked += ["the file is not UTF-8 text.", "there is no such file in mappings/."]

    for module in (declared, attributes, deliveries, codes):
        assert unprovoked(module, provoked) == []
