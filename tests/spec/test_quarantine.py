"""Quarantine: what breaks a rule is set apart cell by cell, and all other cells are taken."""

from __future__ import annotations

import pytest

from gemeinsinn.concepts.origins import Origin
from gemeinsinn.errors import DeliveryError
from gemeinsinn.pipeline.contract import Examined, examined
from gemeinsinn.sources import mapped
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.formats import ReadOptions
from support.readings import cells, mapping


MAPPING = """
area: {column: area}
period: {column: year}
dimensions: {sex: {column: sex}}
values:
  - {column: people, measure: people, unit: Anzahl}
"""


def held(table: str, *, unit: str = "Anzahl", **declared: object) -> Examined:
    """A table with aligned columns area, year, sex and people, held against the contract."""
    lines = [";".join(line.split()) for line in table.strip().splitlines()]
    text = "\n".join(["area;year;sex;people", *lines])
    found = mapping(MAPPING.replace("unit: Anzahl", f"unit: {unit}"))
    reading = mapped.read(text.encode(), name="people.csv", mapping=found)
    declaration = SourceDeclaration(
        "people", "mapped", "people.csv", "", Origin("", "", "", ""), ReadOptions({}, found), **declared
    )
    result = examined(reading, declaration)
    assert reading.rows_in == result.observations.height + len(result.rejected)
    return result


def rejected(found: Examined) -> list[tuple[int, str, str]]:
    return [(each.row, each.rule, each.raw) for each in found.rejected]


def test_a_row_of_an_unknown_area_is_set_apart_and_the_others_are_taken() -> None:
    found = held("""
        01001     2023  Insgesamt  100
        Testland  2023  Insgesamt  200
    """)

    assert rejected(found) == [(3, "unknown_key", "Testland")]
    assert cells(found.observations, "area") == {"01001": 100}


def test_keys_are_stored_in_their_canonical_form() -> None:
    found = held("""
        010015001002  2023  Insgesamt  100
        D             2023  Insgesamt  200
    """)

    assert cells(found.observations, "area") == {"01001002": 100, "DG": 200}


def test_of_two_rows_for_one_cell_the_first_stands() -> None:
    found = held("""
        01001  2023  Insgesamt  100
        01001  2023  Insgesamt  101
    """)

    assert rejected(found) == [(3, "doubled_row", "01001")]
    assert cells(found.observations, "area") == {"01001": 100}


def test_of_two_rows_for_one_cell_the_one_with_a_number_stands() -> None:
    """Tables name a municipality twice where its association changed: with signs in one row, with numbers below."""
    found = held("""
        01001  2023  Insgesamt    -
        01001  2023  Insgesamt  101
    """)

    assert rejected(found) == [(2, "doubled_row", "01001")]
    assert cells(found.observations, "area") == {"01001": 101}


def test_two_spellings_of_one_key_are_one_cell() -> None:
    found = held("""
        01001002      2023  Insgesamt  100
        010015001002  2023  Insgesamt  101
    """)

    assert rejected(found) == [(3, "doubled_row", "01001002")]


def test_the_same_area_in_another_year_or_of_another_sex_is_another_cell() -> None:
    found = held("""
        01001  2022  Insgesamt  100
        01001  2023  Insgesamt  100
        01001  2023  weiblich    50
    """)

    assert found.rejected == ()


def test_more_women_than_people_cannot_be() -> None:
    found = held("""
        01001  2023  Insgesamt  100
        01001  2023  weiblich   101
        01001  2023  männlich    49
    """)

    assert rejected(found) == [(3, "part_exceeds_whole", "101.0")]
    assert cells(found.observations, "sex") == {"total": 100, "male": 49}


def test_as_many_women_as_people_can_be() -> None:
    found = held("""
        01001  2023  Insgesamt  100
        01001  2023  weiblich   100
    """)

    assert found.rejected == ()


def test_more_women_than_people_of_another_year_can_be() -> None:
    found = held("""
        01001  2022  Insgesamt  100
        01001  2023  weiblich   101
    """)

    assert found.rejected == ()


def test_women_beside_a_secret_total_are_taken() -> None:
    found = held("""
        01001  2023  Insgesamt    .
        01001  2023  weiblich   101
    """)

    assert found.rejected == ()


def test_a_balance_of_women_may_be_larger_than_that_of_all() -> None:
    """More men left than came, more women came than left."""
    found = held("""
        01001  2023  Insgesamt   10
        01001  2023  weiblich    30
        01001  2023  männlich   -20
    """)

    assert found.rejected == ()


def test_a_ratio_of_women_may_be_larger_than_that_of_all_even_if_its_unit_says_count() -> None:
    """As in table 12411-08-01: dependency ratios under the unit `Anzahl`."""
    found = held("""
        01001  2023  Insgesamt  34,7
        01001  2023  weiblich   39,9
    """)

    assert found.rejected == ()


def test_a_share_of_women_may_be_larger_than_that_of_all() -> None:
    found = held(
        """
        01001  2023  Insgesamt  34
        01001  2023  weiblich   39
        """,
        unit="Prozent",
    )

    assert found.rejected == ()


def test_a_period_that_does_not_read_is_set_apart() -> None:
    found = held("""
        01001  2023     Insgesamt  100
        01001  gestern  Insgesamt  100
    """)

    assert rejected(found) == [(3, "unreadable: the cell has a period that does not read.", "100")]


def test_a_table_of_which_nothing_is_good_is_refused() -> None:
    with pytest.raises(DeliveryError, match=r"people: none of its 2 cells was accepted \(row 2: unknown_key\)"):
        held("""
            Testland  2023  Insgesamt  100
            Testland  2022  Insgesamt  100
        """)


def test_a_declared_key_date_dates_the_years_of_the_file() -> None:
    found = held(
        """
        01001  2023        Insgesamt  100
        01001  30.06.2022  Insgesamt  100
        """,
        key_date="12-31",
    )

    assert sorted(map(str, found.observations["valid_on"])) == ["2022-06-30", "2023-12-31"]


def test_a_sign_means_zero_only_where_that_is_declared() -> None:
    table = """
        01001  2021  Insgesamt  7
        01001  2022  Insgesamt  -
        01001  2023  Insgesamt  .
    """

    plain, declared = held(table), held(table, zero_signs=("-",))

    assert cells(plain.observations, "period")["2022"] == "source-nothing"
    assert cells(declared.observations, "period") == {"2021": 7, "2022": 0, "2023": "source-confidential"}


def test_a_sign_that_means_zero_is_a_normal_number() -> None:
    found = held("01001 2022 Insgesamt -", zero_signs=("-",))

    assert found.observations["status"].to_list() == ["normal"]
