"""Labels of official tables: what is a total, an age, a sex, and what stays the word that it is."""

from __future__ import annotations

import pytest

from gemeinsinn.sources.labels import age_class, age_code, dimension_named, is_total, recognised


@pytest.mark.parametrize("label", ["", "Insgesamt", " insgesamt ", "Zusammen", "gesamt"])
def test_every_word_for_all_is_a_total(label: str) -> None:
    assert is_total(label)


@pytest.mark.parametrize("label", ["männlich", "Gesamtschule", "unter 3 Jahre"])
def test_a_part_is_no_total(label: str) -> None:
    assert not is_total(label)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("unter 3 Jahre", "0-2"),
        ("unter 1 Jahr", "0"),
        ("0 bis unter 3 Jahre", "0-2"),
        ("von 0 bis unter 3 Jahren", "0-2"),
        ("3 bis unter 6 Jahre", "3-5"),
        ("17 bis unter 18 Jahre", "17"),
        ("20 bis unter 25 Jahre (%)", "20-24"),
        ("75 Jahre und mehr", "75+"),
        ("65 und älter", "65+"),
        ("65 und mehr Jahre", "65+"),
        ("90 Jahre u.m.", "90+"),
        ("3  bis  unter  6  Jahre", "3-5"),
    ],
)
def test_an_age_class_has_one_code_however_it_is_written(label: str, code: str) -> None:
    assert age_code(label) == code


@pytest.mark.parametrize(
    "label", ["", "Insgesamt", "3 bis 6", "drei bis unter sechs Jahre", "2015", "unter 3 Personen"]
)
def test_what_is_no_age_class_has_no_code(label: str) -> None:
    assert age_code(label) is None


def test_a_class_of_one_year_is_that_year() -> None:
    assert (age_class(17, 17), age_class(18, 20)) == ("17", "18-20")


@pytest.mark.parametrize(
    ("labels", "dimension", "codes"),
    [
        (
            ["Insgesamt", "männlich", "weiblich"],
            "sex",
            {"Insgesamt": "total", "männlich": "male", "weiblich": "female"},
        ),
        (["Männer", "Frauen"], "sex", {"Männer": "male", "Frauen": "female"}),
        (["", "Ausländer"], "nationality", {"": "total", "Ausländer": "foreign"}),
        (["Deutsche", "Nichtdeutsche"], "nationality", {"Deutsche": "german", "Nichtdeutsche": "foreign"}),
        (["Insgesamt", "unter 3 Jahre"], "age", {"Insgesamt": "total", "unter 3 Jahre": "0-2"}),
    ],
)
def test_a_set_of_labels_tells_its_dimension(labels: list[str], dimension: str, codes: dict[str, str]) -> None:
    assert recognised(labels) == (dimension, codes)


@pytest.mark.parametrize(
    "labels", [[], ["Insgesamt"], ["männlich", "Deutsche"], ["männlich", "unter 3 Jahre"], ["CDU", "SPD"]]
)
def test_labels_that_mix_or_are_unknown_tell_no_dimension(labels: list[str]) -> None:
    assert recognised(labels) is None


@pytest.mark.parametrize(
    ("title", "dimension"),
    [
        ("Geschlecht", "sex"),
        ("Altersgruppen (17)", "age"),
        ("Altersjahre", "age"),
        (" Parteien ", "party"),
        ("Nationalität", "nationality"),
        ("Rechtsform", None),
    ],
)
def test_the_title_of_a_variable_names_its_dimension(title: str, dimension: str | None) -> None:
    assert dimension_named(title) == dimension
