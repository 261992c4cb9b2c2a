"""The German Index of Socioeconomic Deprivation: one row an area and year, several scores."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import gisd
from gemeinsinn.sources.gisd import read
from support.messages import unprovoked
from support.readings import cells
from support.shipped import DATA, shipped


WHOLE = """\
kreis_id,kreis_name,year,gisd_score,gisd_5,gisd_10,gisd_k
01056,"Pinneberg, Kreis",1998,0.43648,2,4,2
01056,"Pinneberg, Kreis",1999,0.43374,2,NA,2
"""


def test_every_score_is_a_measure_with_its_unit() -> None:
    reading = read(WHOLE.encode(), name="a.csv")

    assert cells(reading.observations, "period", "measure", "unit") == {
        ("1998", "gisd_score", "score 0-1"): 0.43648,
        ("1998", "gisd_5", "quintile"): 2,
        ("1998", "gisd_10", "decile"): 4,
        ("1998", "gisd_k", "tertile group"): 2,
        ("1999", "gisd_score", "score 0-1"): 0.43374,
        ("1999", "gisd_5", "quintile"): 2,
        ("1999", "gisd_k", "tertile group"): 2,
    }
    assert [(each.row, each.column, each.raw) for each in reading.problems] == [(3, "6", "NA")]


def test_areas_are_named_with_their_commas() -> None:
    assert set(read(WHOLE.encode(), name="a.csv").observations["area_name"]) == {"Pinneberg, Kreis"}


@pytest.mark.parametrize("key", ["gvb_id", "kreis_id", "gem_id", "ror_id", "nuts2_id"])
def test_files_of_every_level_read(key: str) -> None:
    content = WHOLE.replace("kreis_id", key).encode()

    assert set(read(content, name="a.csv").observations["area"]) == {"01056"}


def test_a_file_may_hold_the_score_alone() -> None:
    content = b"kreis_id,kreis_name,year,gisd_score\n01056,Pinneberg,1998,0.4\n"

    assert cells(read(content, name="a.csv").observations, "measure") == {"gisd_score": 0.4}


@pytest.mark.parametrize("row", ["01056,Pinneberg,2000,0.4", "01056,Pinneberg, Kreis,2000,0.4,1,2,3"])
def test_a_row_of_another_width_is_a_problem(row: str) -> None:
    reading = read(f"{WHOLE}{row}\n".encode(), name="a.csv")

    assert next((each.row, each.problem) for each in reading.problems) == (4, "the row does not have its 7 columns.")


def test_a_year_that_does_not_read_makes_every_score_of_its_row_a_problem() -> None:
    reading = read(WHOLE.replace(",1998,", ",gestern,").encode(), name="a.csv")

    assert [each.column for each in reading.problems if each.row == 2] == ["4", "5", "6", "7"]


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "gisd").glob("*.csv.gz")))
def test_every_shipped_file_reads_whole_and_scores_lie_between_0_and_1(name: str) -> None:
    delivery = shipped(f"gisd/{name}")

    reading = read(delivery.content, name=delivery.name)

    scores = reading.observations.filter(reading.observations["measure"] == "gisd_score")["value"]
    assert scores.is_between(0, 1).all()
    assert reading.problems == ()


REFUSED: dict[str, tuple[str, str]] = {
    "no text": ("", "the file has no head of the GISD. The head reads e.g. gvb_id, gvb_name, year, gisd_score."),
    "no key": (WHOLE.replace("kreis_id", "kreis"), "the file has no head of the GISD."),
    "no year": (WHOLE.replace("year", "jahr"), "the file has no head of the GISD."),
    "no score": (WHOLE.replace("gisd_score", "score"), "the file has no head of the GISD."),
    "a key that no name follows": ("year,gisd_score,kreis_id\n1998,0.4,01056\n", "the file has no head of the GISD."),
    "a head alone": (WHOLE.splitlines()[0], "no row below the head has its 7 columns. Fetch it again."),
    "only rows cut short": (
        "\n".join([WHOLE.splitlines()[0], "01056,Pinneberg"]),
        "no row below the head has its 7 columns. Fetch it again.",
    ),
    "an open quotation mark": (
        WHOLE.replace('Kreis",1999', "Kreis,1999"),
        "a quotation mark in row 3 is never closed.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_file_is_refused_with_the_reason(name: str) -> None:
    text, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(text.encode(), name="a.csv")

    assert str(refused.value).startswith(f"a.csv: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(gisd, [message for _, message in REFUSED.values()]) == []
