"""Better or worse is said only where an interval excludes the benchmark and the indicator says which way is good.

Higher or lower than before is said only where the interval of the difference of both values excludes zero.
"""

from __future__ import annotations

import pytest

from gemeinsinn.indicators.methods.judgement import Estimate, Judgement, Polarity, developed, judged
from support.publishing import KEY_OF, County
from support.tiny import SHARE


HIGHER, LOWER, NEUTRAL = Polarity.HIGHER_IS_BETTER, Polarity.LOWER_IS_BETTER, Polarity.NEUTRAL

SAID = """
lower  upper  benchmark  polarity          said
4      6      3          higher_is_better  better
4      6      3          lower_is_better   worse
4      6      3          neutral           higher
4      6      7          higher_is_better  worse
4      6      7          lower_is_better   better
4      6      7          neutral           lower
4      6      5          higher_is_better  no-difference
4      6      5          lower_is_better   no-difference
4      6      5          neutral           no-difference
4      6      4          higher_is_better  no-difference
4      6      6          lower_is_better   no-difference
"""


@pytest.mark.parametrize("row", SAID.strip().splitlines()[1:])
def test_what_is_said_of_an_interval_beside_a_benchmark(row: str) -> None:
    lower, upper, benchmark, polarity, said = row.split()

    found = judged(lower=float(lower), upper=float(upper), benchmark=float(benchmark), polarity=Polarity(polarity))

    assert found == said


@pytest.mark.parametrize("missing", ["lower", "upper", "benchmark"])
def test_without_interval_or_benchmark_nothing_is_judged(missing: str) -> None:
    limits: dict[str, float | None] = {"lower": 4.0, "upper": 6.0, "benchmark": 3.0}

    found = judged(**{**limits, missing: None}, polarity=HIGHER)

    assert found is Judgement.NOT_JUDGED


CHANGES = """
value  lower  upper  earlier  its_lower  its_upper  said
5      4      6      3        2          4          higher
5      4      6      7        6          8          lower
5      4      6      3.5      2.5        4.5        higher
5      4      6      3.7      2.7        4.7        no-difference
5      4      6      6.3      5.3        7.3        no-difference
5      4      6      3.9      3.9        3.9        higher
5      2      6      2.5      2.4        2.6        no-difference
5      4      8      2.5      2.4        2.6        higher
5      4      6      5        5          5          no-difference
5      5      5      5        5          5          no-difference
4      1      5      0        0          4          no-difference
4      1      5      0        0          2          higher
"""


@pytest.mark.parametrize("row", CHANGES.strip().splitlines()[1:])
def test_what_is_said_of_a_value_beside_an_earlier_one(row: str) -> None:
    """Both intervals count: 5 (4 to 6) excludes 3.7, but 3.7 (2.7 to 4.7) could be higher itself."""
    value, lower, upper, earlier, its_lower, its_upper = (float(each) for each in row.split()[:6])

    found = developed(Estimate(value, lower, upper), Estimate(earlier, its_lower, its_upper))

    assert found == row.split()[6]


def test_where_one_of_two_years_has_no_interval_nothing_is_judged() -> None:
    known = Estimate(5, 4, 6)

    assert developed(None, known) is Judgement.NOT_JUDGED
    assert developed(known, None) is Judgement.NOT_JUDGED


def findings(county: County, polarity: str) -> dict[str, str]:
    """The titles of the findings on the share, in English, by area."""
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("polarity: lower_is_better", f"polarity: {polarity}"))
    release = county.released("""
        area    year  cases  people
        Astadt  2023    500   10000
        Bedorf  2023     30     900
        Cedorf  2023     20     600
        Dedorf  2023      6     300
        Edorf   2023     10     200
    """)
    written = release.sentences("en")["findings"]["cases_share"]
    return {name: written[key][0] for name, key in KEY_OF.items() if key in written}


def test_a_lower_share_is_more_favourable_only_where_lower_is_declared_better(county: County) -> None:
    """Dedorf has 2.00 % (0.92 to 4.29), the county 4.72 %."""
    titles = findings(county, "lower_is_better")

    assert titles["Dedorf"] == "Share: Dedorf more favourable than Testkreis"


def test_the_same_share_is_less_favourable_where_higher_is_declared_better(county: County) -> None:
    titles = findings(county, "higher_is_better")

    assert titles["Dedorf"] == "Share: Dedorf less favourable than Testkreis"


def test_without_a_polarity_a_share_is_only_lower(county: County) -> None:
    titles = findings(county, "neutral")

    assert titles["Dedorf"] == "Share: Dedorf discernibly lower than Testkreis"


def test_a_share_far_off_whose_interval_holds_the_benchmark_is_not_discernibly_different(county: County) -> None:
    """Cedorf has 3.33 % (2.17 to 5.09), the county 4.72 %."""
    titles = findings(county, "lower_is_better")

    assert titles["Cedorf"] == "Share: Cedorf not discernibly different from Testkreis"
