"""One wrong file for every mistake that a catalogue can hold, and the message that says where, what, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.indicators import catalogue, catalogue_check
from gemeinsinn.indicators.catalogue import read_catalogue
from gemeinsinn.settings import documents
from support.messages import templates
from support.tiny import COUNT, SHARE, TABLES, TOPICS


FILES = {
    "topics.yaml": TOPICS.lstrip(),
    "bases.yaml": "{}\n",
    "tables/tables.yaml": TABLES.lstrip().replace("  add_up: true\n", "  add_up: true\n  dimensions: [sex, age]\n", 1),
    "life/share.yaml": SHARE.lstrip(),
    "life/count.yaml": COUNT.lstrip(),
}
"""A catalogue without a mistake; the table `cases` has the dimensions sex and age, `people` has none."""

UNITS = (
    "children_per_woman, eur, eur_per_month, eur_per_resident, eur_per_square_metre, nights_per_resident, number, "
    "per_100, per_1000, per_10000, per_100000, per_100000_residents, per_10000_residents, per_1000_residents, percent, "
    "persons, residents_per_km2, score, square_metres, square_metres_per_resident, years"
)
FIELDS = (
    "topics, title, description, why_it_matters, plain, unit, decimals, statistic, polarity, small_numbers, breaks, "
    "beside, notes, reference, keywords, numerator, denominator, multiplier, value, count, change, median"
)


@dataclass(frozen=True, slots=True)
class Slip:
    """A change that makes a file wrong, and what is said of it; an empty `old` puts the new text at the end."""

    file: str
    old: str
    new: str
    messages: tuple[str, ...]

    @property
    def files(self) -> dict[str, str]:
        """All files of the catalogue with this one mistake."""
        text = FILES.get(self.file, "")
        assert self.old in text, f"the test itself is wrong: {self.old!r}"
        return FILES | {self.file: text.replace(self.old, self.new, 1) if self.old else text + self.new}


def slip(file: str, old: str, new: str, *messages: str) -> Slip:
    return Slip(file, old, new, messages)


def share(old: str, new: str, *messages: str) -> Slip:
    """A slip in the file of the share."""
    return slip("life/share.yaml", old, new, *(f"life/share.yaml:{message}" for message in messages))


def count(old: str, new: str, *messages: str) -> Slip:
    """A slip in the file of the count."""
    return slip("life/count.yaml", old, new, *(f"life/count.yaml:{message}" for message in messages))


def table(old: str, new: str, *messages: str) -> Slip:
    """A slip in the file of tables."""
    return slip("tables/tables.yaml", old, new, *(f"tables/tables.yaml:{message}" for message in messages))


PART = "{source: counts, measure: cases}"
OF_COUNT = "count: {table: people}"

INDICATORS = {
    "a field that nearly has the right name": share(
        "numerator:",
        "numerater:",
        "10 numerater: an indicator has no field 'numerater'. Did you mean 'numerator'?",
        "1: a proportion needs the field 'numerator'.",
    ),
    "a field that nothing is like": share(
        "", "colour: red\n", f"12 colour: an indicator has no field 'colour'. Known fields: {FIELDS}."
    ),
    "a field that is left out": share("unit: percent\n", "", "1: an indicator needs the field 'unit'."),
    "a list instead of fields": share(
        FILES["life/share.yaml"], "- percent\n", "1: expected fields of an indicator, found a list."
    ),
    "a text instead of fields": share(
        FILES["life/share.yaml"], "percent\n", "1: expected fields of an indicator, found 'percent'."
    ),
    "a field that stands there twice": share("", "unit: percent\n", "12: the field 'unit' stands here twice."),
    "a bracket that is not closed": share(
        "", "keywords: [share\n", "13: this is not YAML: did not find expected ',' or ']'."
    ),
    "two documents in one file": share("", "---\nunit: percent\n", "12: this is not YAML: but found another document."),
    "a character that no text has": share(
        "", "reference: a\x07b\n", "12: this is not YAML: control characters are not allowed."
    ),
    "a topic that is not declared": share(
        "[life]", "[lief]", "1 topics[0]: 'lief' is not allowed here. Did you mean 'life'?"
    ),
    "no topic at all": share("[life]", "[]", "1 topics: an indicator belongs to at least one topic."),
    "a title in no language": share(
        "{de: Anteil, en: Share}",
        "Anteil",
        "2 title: expected a text in each language, found 'Anteil'. Write {de: …, en: …}.",
    ),
    "a title in one language": share(
        "{de: Anteil, en: Share}", "{de: Anteil}", "2 title: an indicator needs the field 'en'."
    ),
    "a title in a language that is not shown": share(
        "en: Share}", "en: Share, fr: Part}", "2 title.fr: an indicator has no field 'fr'. Known fields: de, en."
    ),
    "an empty title": share("en: Share}", 'en: ""}', "2 title.en: expected a text, found ''."),
    "a number where a text should be": share("en: Share}", "en: 5}", "2 title.en: expected a text, found '5'."),
    "a unit that nearly is one": share(
        "unit: percent", "unit: per_cent", "6 unit: 'per_cent' is not allowed here. Did you mean 'percent'?"
    ),
    "a unit that is left empty": share(
        "unit: percent", "unit:", f"6 unit: nothing is not allowed here. Allowed: {UNITS}."
    ),
    "a list of units": share(
        "unit: percent", "unit: [percent]", f"6 unit: a list is not allowed here. Allowed: {UNITS}."
    ),
    "decimals in words": share("decimals: 2", "decimals: two", "7 decimals: expected a number, found 'two'."),
    "half a decimal": share("decimals: 2", "decimals: 1.5", "7 decimals: expected a whole number of at least 0."),
    "fewer than no decimals": share(
        "decimals: 2", "decimals: -1", "7 decimals: expected a whole number of at least 0."
    ),
    "endlessly many decimals": share("decimals: 2", "decimals: .inf", "7 decimals: expected a number, found 'inf'."),
    "a statistic that nearly is one": share(
        "proportion", "proporton", "8 statistic: 'proporton' is not allowed here. Did you mean 'proportion'?"
    ),
    "a statistic that is left out": share(
        "statistic: proportion\n", "", "1: an indicator needs the field 'statistic'."
    ),
    "a polarity that is none": share(
        "lower_is_better",
        "good",
        "9 polarity: 'good' is not allowed here. Allowed: higher_is_better, lower_is_better, neutral.",
    ),
    "a proportion without denominator": share(
        "denominator: {table: people}\n", "", "1: a proportion needs the field 'denominator'."
    ),
    "a proportion with a field of a count": share(
        "", "count: {table: people}\n", "12 count: a proportion has no field 'count'. It has: numerator, denominator."
    ),
    "a count with a multiplier": count(
        "", "multiplier: 100\n", "11 multiplier: a count has no field 'multiplier'. It has: count."
    ),
    "a multiplier that does not go with the unit": share(
        "", "multiplier: 1000\n", "12 multiplier: the unit percent goes with the multiplier 100."
    ),
    "a multiplier of nothing": share("", "multiplier: 0\n", "12 multiplier: a multiplier is larger than zero."),
    "a table that nearly is one": share(
        "{table: cases}", "{table: casse}", "10 numerator.table: 'casse' is not allowed here. Did you mean 'cases'?"
    ),
    "an operand without table": share(
        "{table: cases}", "{where: {sex: [female]}}", "10 numerator: an indicator needs the field 'table'."
    ),
    "an operand that is only a name": share(
        "{table: cases}", "cases", "10 numerator: expected fields of an indicator, found 'cases'."
    ),
    "a dimension that the table does not have": share(
        "{table: cases}",
        "{table: cases, where: {gender: [female]}}",
        "10 numerator.where.gender: the table 'cases' has no dimension 'gender'. It has: sex, age.",
    ),
    "a dimension of a table that has none": share(
        "{table: people}",
        "{table: people, where: {sex: [female]}}",
        "11 denominator.where.sex: the table 'people' has no dimension 'sex'. It has none.",
    ),
    "a choice of nothing": share(
        "{table: cases}",
        "{table: cases, where: {sex: []}}",
        "10 numerator.where.sex: no sex is chosen. Leave the dimension out for its total.",
    ),
    "choices without dimension": share(
        "{table: cases}",
        "{table: cases, where: [female]}",
        "10 numerator.where: expected named entries, found a list.",
    ),
    "ages in words": share(
        "{table: cases}",
        '{table: cases, where: {age: ["0-17", under 18]}}',
        "10 numerator.where.age[1]: 'under 18' is no span of ages. Write 0-17, 65+ or total.",
    ),
    "a time that is none": share(
        "{table: cases}",
        "{table: cases, on: last_year}",
        "10 numerator.on: 'last_year' is not allowed here. Allowed: mean_of_year, previous, same.",
    ),
    "only something to take away": share(
        "{table: cases}", "{minus: [{table: cases}]}", "10 numerator: an indicator needs the field 'plus'."
    ),
    "a sum of nothing": share("{table: cases}", "{plus: []}", "10 numerator.plus: a sum needs at least one table."),
    "a change over no years": count(
        f"statistic: count\npolarity: neutral\n{OF_COUNT}",
        "statistic: change\npolarity: neutral\nchange: {of: {table: people}, years: 0}",
        "10 change.years: expected a whole number of at least 1.",
    ),
    "a median without classes": count(
        f"statistic: count\npolarity: neutral\n{OF_COUNT}",
        "statistic: median\npolarity: neutral\nmedian: {table: cases}",
        "10 median: a median needs classes of age that follow each other without gap. "
        'Write `where: {age: ["0-17", "18-64", "65+"]}`.',
    ),
    "a median of classes with a gap": count(
        f"statistic: count\npolarity: neutral\n{OF_COUNT}",
        'statistic: median\npolarity: neutral\nmedian: {table: cases, where: {age: ["0-17", "30+"]}}',
        "10 median: a median needs classes of age that follow each other without gap. "
        'Write `where: {age: ["0-17", "18-64", "65+"]}`.',
    ),
    "small numbers of a count": count(
        "",
        "small_numbers: {fewer_than: 5}\n",
        "11 small_numbers: only a proportion or a rate has cases that can be too few.",
    ),
    "small numbers without a limit": share(
        "", "small_numbers: {pool_years: 3}\n", "12 small_numbers: an indicator needs the field 'fewer_than'."
    ),
    "a truth value in another word": share(
        "",
        "small_numbers: {fewer_than: 5, merge_to_amt: yes}\n",
        "12 small_numbers.merge_to_amt: expected true or false, found 'yes'.",
    ),
    "a break at no period": share(
        "",
        "breaks: [{period: 2005-13-01, kind: basis, text: {de: a, en: b}}]\n",
        "12 breaks[0].period: this is no period. Write 2015, 2015/16 or 2015-06.",
    ),
    "a break of no kind": share(
        "",
        "breaks: [{period: 2005, kind: law, text: {de: a, en: b}}]\n",
        "12 breaks[0].kind: 'law' is not allowed here. Allowed: basis, definition, territory.",
    ),
    "a break without words": share(
        "", "breaks: [{period: 2005, kind: basis}]\n", "12 breaks[0]: an indicator needs the field 'text'."
    ),
    "beside an indicator that nearly is one": share(
        "",
        "beside:\n  indicator: cuont\n  difference: {de: a, en: b}\n",
        "13 beside.indicator: 'cuont' is not allowed here. Did you mean 'count'?",
    ),
    "beside itself": share(
        "",
        "beside: {indicator: share, difference: {de: a, en: b}}\n",
        "12 beside.indicator: an indicator cannot stand beside itself. Name the indicator of the official statistics.",
    ),
    "beside an indicator in another unit": share(
        "",
        "beside: {indicator: count, difference: {de: a, en: b}}\n",
        "12 beside.indicator: 'count' is told in persons, this indicator in percent. "
        "Only indicators of one unit stand beside each other.",
    ),
    "beside an indicator without saying the difference": share(
        "",
        "beside: {indicator: share_2}\n",
        "12 beside: an indicator needs the field 'difference'.",
        "12 beside.indicator: 'share_2' is not allowed here. Did you mean 'share'?",
    ),
    "beside only a name": share(
        "",
        "beside: count\n",
        "12 beside: expected fields of an indicator, found 'count'.",
    ),
    "an id with a capital letter": slip(
        "life/Share-2.yaml",
        "",
        SHARE.lstrip(),
        "life/Share-2.yaml:1: 'Share-2' is no id: small letters, digits and _ only. Rename the file.",
    ),
    "one id in two topics": slip(
        "work/count.yaml",
        "",
        COUNT.lstrip(),
        "work/count.yaml:1: the indicator 'count' is also defined in life/count.yaml. Ids are unique.",
    ),
}

TABLES_AND_MORE = {
    "an id of a table with a capital letter": table(
        "",
        f"Cases2:\n  title: {{de: a, en: b}}\n  parts: [{PART}]\n",
        "12 Cases2: 'Cases2' is no id: small letters, digits and _ only.",
    ),
    "a list instead of tables": slip(
        "tables/more.yaml", "", "- cases\n", "tables/more.yaml:1: expected named entries, found a list."
    ),
    "a table defined twice": slip(
        "tables/zebra.yaml",
        "",
        TABLES.lstrip()[: TABLES.lstrip().index("people:")],
        "tables/zebra.yaml:1 cases: the table 'cases' is defined twice. Ids are unique.",
    ),
    "a table without parts": table(f"  parts: [{PART}]\n", "", "1 cases: a table needs the field 'parts'."),
    "a table with an empty list of parts": table(f"[{PART}]", "[]", "6 cases.parts: a table needs at least one part."),
    "a level that nearly is one": table(
        "add_up: true", "add_up: [county]", "3 cases.add_up[0]: 'county' is not allowed here. Did you mean 'country'?"
    ),
    "a way to restate that is none": table(
        "restate_by: population",
        "restate_by: income",
        "5 cases.restate_by: 'income' is not allowed here. Allowed: area, population.",
    ),
    "a part without source": table(PART, "{measure: cases}", "6 cases.parts[0]: a table needs the field 'source'."),
    "a part of a level that is none": table(
        PART,
        "{source: counts, measure: cases, levels: [town]}",
        "6 cases.parts[0].levels[0]: 'town' is not allowed here. Allowed: amt, country, district, municipality, state.",
    ),
    "a part from no period on": table(
        PART,
        "{source: counts, measure: cases, from: 20l5}",
        "6 cases.parts[0].from: this is no period. Write 2015, 2015/16 or 2015-06.",
    ),
    "a basis while none is declared": table(
        PART,
        "{source: counts, measure: cases, basis: [census]}",
        "6 cases.parts[0].basis[0]: 'census' is not allowed here. There is nothing yet to choose from.",
    ),
    "a basis that is not said": table(
        PART,
        "{source: counts, measure: cases, basis: [{to: 2010}]}",
        "6 cases.parts[0].basis[0]: a table needs the field 'is'.",
    ),
    "a topic without title": slip(
        "topics.yaml", "  title: {de: Leben, en: Life}\n", "", "topics.yaml:1 life: a topic needs the field 'title'."
    ),
    "a context that is neither true nor false": slip(
        "topics.yaml", "", "  context: 1\n", "topics.yaml:4 life.context: expected true or false, found '1'."
    ),
    "a basis without words": slip(
        "bases.yaml",
        "{}\n",
        "census: 1987\n",
        "bases.yaml:1 census: expected a text in each language, found '1987'. Write {de: …, en: …}.",
    ),
    "no similar areas to be named": slip(
        "peers.yaml", "", "features: [count]\ncount: 0\n", "peers.yaml:2 count: expected a whole number of at least 1."
    ),
    "a feature that is no indicator": slip(
        "peers.yaml",
        "",
        "features: [cuont]\ncount: 5\n",
        "peers.yaml:1 features[0]: 'cuont' is not allowed here. Did you mean 'count'?",
    ),
    "the logarithm of what is no feature": slip(
        "peers.yaml",
        "",
        "features: [count]\nlogarithmic: [share]\ncount: 5\n",
        "peers.yaml:2 logarithmic[0]: 'share' is not allowed here. Allowed: count.",
    ),
    "no features": slip(
        "peers.yaml", "", "count: 5\n", "peers.yaml:1: the rule of similar areas needs the field 'features'."
    ),
}
SLIPS = {**INDICATORS, **TABLES_AND_MORE}


def read(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files and read the catalogue; what is said of its mistakes."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    try:
        read_catalogue(folder)
    except DefinitionError as error:
        return [str(finding) for finding in error.findings]
    return []


def test_a_catalogue_without_mistake_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, FILES) == []


@pytest.mark.parametrize("name", SLIPS)
def test_a_mistake_is_named_with_place_reason_and_remedy(tmp_path: Path, name: str) -> None:
    mistake = SLIPS[name]

    assert tuple(read(tmp_path, mistake.files)) == mistake.messages


def test_five_mistakes_in_one_file_are_named_at_once(tmp_path: Path) -> None:
    five = FILES["life/share.yaml"]
    for name in (
        "a unit that nearly is one",
        "half a decimal",
        "a statistic that nearly is one",
        "a polarity that is none",
        "a table that nearly is one",
    ):
        five = five.replace(SLIPS[name].old, SLIPS[name].new, 1)

    said = read(tmp_path, FILES | {"life/share.yaml": five})

    assert [line.split(":")[1].split()[1] for line in said] == [
        "statistic", "unit", "numerator.table", "decimals", "polarity",
    ]  # fmt: skip


def test_mistakes_in_several_files_are_named_at_once(tmp_path: Path) -> None:
    wrong = ("a unit that nearly is one", "a count with a multiplier", "a way to restate that is none", "no features")
    files = FILES | {SLIPS[name].file: SLIPS[name].files[SLIPS[name].file] for name in wrong}

    said = read(tmp_path, files)

    assert sorted(said) == sorted(message for name in wrong for message in SLIPS[name].messages)


def test_a_file_that_does_not_read_keeps_no_other_from_being_checked(tmp_path: Path) -> None:
    broken = SLIPS["a bracket that is not closed"].files | {"life/count.yaml": COUNT.lstrip() + "colour: red\n"}

    said = read(tmp_path, broken)

    assert [line.split(":")[0] for line in said] == ["life/count.yaml", "life/share.yaml"]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    read(tmp_path, FILES)
    (tmp_path / "life/share.yaml").write_bytes(SHARE.replace("Fälle", "F\xe4lle").encode("iso-8859-1"))

    with pytest.raises(DefinitionError) as raised:
        read_catalogue(tmp_path)

    assert str(raised.value) == "life/share.yaml: the file is not UTF-8 text. Save it as UTF-8."


def test_a_missing_file_of_topics_is_named(tmp_path: Path) -> None:
    said = read(tmp_path, {name: text for name, text in FILES.items() if name != "topics.yaml"})

    assert said[0] == f"there is no file topics.yaml in {tmp_path}."


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        read_catalogue(tmp_path / "catalogue")

    assert str(raised.value) == "there is no folder 'catalogue'. `gemeinsinn init` makes one."


def test_no_message_of_the_check_is_left_without_a_wrong_file() -> None:
    """A new message in the check of the catalogue needs a wrong file above that provokes it."""
    provoked = [message for mistake in SLIPS.values() for message in mistake.messages]

    silent = [
        place
        for place, pattern in templates(catalogue_check).items()
        if not any(pattern.search(message) for message in provoked)
    ]

    assert silent == []


def test_the_messages_of_the_check_are_found_in_its_source() -> None:
    """The test above would be empty if the messages were written in a form that it does not see."""
    assert len(templates(catalogue_check)) >= 15
    assert len(templates(documents)) >= 15
    assert len(templates(catalogue)) >= 3
