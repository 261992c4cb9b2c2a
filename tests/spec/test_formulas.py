"""Formulas: sums and differences, the year before, the mean of a year, medians of classes, thousands."""

from __future__ import annotations

from support.publishing import County, cell
from support.tiny import COUNT, SHARE, SOURCES, TABLES


TWO_YEARS = """
    area    year  cases  people
    Astadt  2022    500   10000
    Astadt  2023    300   12000
"""


def test_a_share_is_its_cases_times_the_multiplier_of_its_unit_over_its_people(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("unit: percent", "unit: per_1000_residents"))

    release = county.released(TWO_YEARS)

    assert cell(release, "cases_share", "Astadt", 2022).value == 50


def test_a_ratio_may_name_a_multiplier_of_its_own(county: County) -> None:
    ratio = SHARE.replace("proportion", "ratio").replace("unit: percent", "unit: eur") + "multiplier: 1000\n"
    county.write("catalogue/life/cases_share.yaml", ratio)

    release = county.released(TWO_YEARS)

    assert cell(release, "cases_share", "Astadt", 2022).value == 50


def test_people_without_cases_are_people_minus_cases(county: County) -> None:
    without = COUNT.replace("{table: people}", "{plus: [{table: people}], minus: [{table: cases}]}")
    county.write("catalogue/life/people_count.yaml", without)

    release = county.released(TWO_YEARS)

    assert cell(release, "people_count", "Astadt", 2022).value == 9_500


def test_a_difference_with_a_secret_operand_has_no_value(county: County) -> None:
    without = COUNT.replace("{table: people}", "{plus: [{table: people}], minus: [{table: cases}]}")
    county.write("catalogue/life/people_count.yaml", without)

    release = county.released(TWO_YEARS + "    Bedorf  2023      .     900\n")

    assert cell(release, "people_count", "Bedorf", 2023).status == "source-confidential"


def test_cases_may_be_set_against_the_people_of_the_year_before(county: County) -> None:
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("{table: people}", "{table: people, on: previous}"))

    release = county.released(TWO_YEARS)

    found = cell(release, "cases_share", "Astadt", 2023)
    assert (found.value, found.numerator, found.denominator) == (3, 300, 10_000)
    assert release.data("cases_share").periods == ("2023",)


def test_the_mean_of_a_year_lies_between_its_two_key_dates_and_has_none_itself(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("  counts:\n", '  counts:\n    key_date: "12-31"\n'))
    mean = SHARE.replace("{table: people}", "{table: people, on: mean_of_year}")
    county.write("catalogue/life/cases_share.yaml", mean.replace("{table: cases}", "{table: people, on: mean_of_year}"))

    release = county.released(TWO_YEARS)

    found = cell(release, "cases_share", "Astadt", 2023)
    assert (found.denominator, found.valid_on) == (11_000, "")
    assert cell(release, "people_count", "Astadt", 2023).valid_on == "2023-12-31"


def test_a_source_in_thousands_is_counted_in_ones(county: County) -> None:
    county.write("sources.yaml", SOURCES.replace("measure: people, unit: Anzahl", "measure: people, unit: Tsd."))

    release = county.released("""
        area    year  cases  people
        Astadt  2023    500      10
    """)

    assert cell(release, "people_count", "Astadt", 2023).value == 10_000


BY_AGE = """
    mapping:
      area: {column: key}
      period: {column: year}
      dimensions: {age: {column: age}}
      values: [{column: people, measure: people, unit: Anzahl}]
"""
AGES = TABLES.replace("  title: {de: Menschen", "  dimensions: [age]\n  title: {de: Menschen")
MEDIAN = COUNT.replace("statistic: count", "statistic: median").replace("unit: persons", "unit: years")
MEDIAN = MEDIAN.replace("decimals: 0", "decimals: 1").replace(
    "count: {table: people}", 'median: {table: people, where: {age: ["0-17", "18-64", "65+"]}}'
)


def with_ages(county: County, rows: str) -> None:
    """Replace the counts by counts of people by age."""
    begin = SOURCES.index("    mapping:")
    county.write("sources.yaml", SOURCES[:begin] + BY_AGE)
    county.write("catalogue/tables/tables.yaml", AGES)
    (county.instance.root / "catalogue/life/cases_share.yaml").unlink()
    county.write("counts.csv", "key;year;age;people\n" + rows)
    county.refresh()
    county.publish()


def test_the_median_lies_in_its_class_in_proportion_to_the_people_before_it(county: County) -> None:
    """Half of 100 is 50: 20 are younger than 18, so 30 of the 60 from 18 to 64 are; half of 47 years after 18."""
    county.write("catalogue/life/people_count.yaml", MEDIAN)

    with_ages(county, "01001001;2023;0-17;20\n01001001;2023;18-64;60\n01001001;2023;65+;20\n")

    assert cell(county.current, "people_count", "Astadt", 2023).value == 41.5


def test_a_median_among_the_oldest_is_not_known(county: County) -> None:
    county.write("catalogue/life/people_count.yaml", MEDIAN)

    with_ages(
        county,
        "01001001;2023;0-17;20\n01001001;2023;18-64;60\n01001001;2023;65+;20\n"
        "01001002;2023;0-17;1\n01001002;2023;18-64;1\n01001002;2023;65+;20\n",
    )

    assert cell(county.current, "people_count", "Bedorf", 2023).value is None


def test_an_age_span_is_the_sum_of_the_classes_that_make_it_up(county: County) -> None:
    young = COUNT.replace("{table: people}", '{table: people, where: {age: ["0-17"]}}')
    county.write("catalogue/life/people_count.yaml", young)

    with_ages(county, "01001001;2023;0-5;7\n01001001;2023;6-17;13\n01001001;2023;18+;80\n")

    assert cell(county.current, "people_count", "Astadt", 2023).value == 20


def test_a_span_with_a_secret_class_has_no_value(county: County) -> None:
    young = COUNT.replace("{table: people}", '{table: people, where: {age: ["0-17"]}}')
    county.write("catalogue/life/people_count.yaml", young)

    with_ages(
        county,
        "01001001;2023;0-5;7\n01001001;2023;6-17;13\n01001001;2023;18+;80\n"
        "01001002;2023;0-5;.\n01001002;2023;6-17;13\n01001002;2023;18+;80\n",
    )

    assert cell(county.current, "people_count", "Bedorf", 2023).status == "source-confidential"


def test_a_dimension_that_is_not_chosen_stands_at_its_total(county: County) -> None:
    with_ages(county, "01001001;2023;total;100\n01001001;2023;0-17;20\n")

    assert cell(county.current, "people_count", "Astadt", 2023).value == 100
