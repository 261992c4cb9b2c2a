"""Changes of territory: the yearly list of Destatis, and the correspondences of the BBSR with their weights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from gemeinsinn.concepts.territory import BoundaryChange, Transfer
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import reforms
from gemeinsinn.sources.reforms import read_changes, read_correspondence
from support.messages import unprovoked
from support.shipped import shipped
from support.workbooks import workbook


Row = Sequence[object]
FROM, TO = date(2020, 12, 31), date(2021, 12, 31)
HEAD = [
    "Gemeinden\n 31.12.2020",
    "Gemeindename 2020",
    "flächen-\nproportionaler\nUmsteige-schlüssel",
    "bevölkerungs- \nproportionaler \nUmsteige- \nschlüssel",
    "Gemeinden\n 31.12.2021",
]
TITLE = ["Gebietsänderungen vom 01.01. - 31.12.2023"]
HEAD_OF_CHANGES = ["Kennziffer", "Regionaleinheit", *[""] * 9, "Wirksamkeitsdatum"]
MERGER: Row = [
    "06/2023/0002-R", "Gemeinde", "066350005005", "06635005", "Bromskirchen", 1, 35_221_465, 1_917, "066350001001",
    "06635001", "Allendorf", "01.01.2023",
]  # fmt: skip


def correspondence(*rows: Row, head: Row = HEAD) -> bytes:
    """A workbook with one pair of dates: old key, name, share of land, share of people, new key."""
    return workbook({"2020": [head, *rows]})


def transfers(*rows: Row) -> tuple[Transfer, ...]:
    return read_correspondence(correspondence(*rows), name="ref.xlsx").transfers


def changes(*rows: Row) -> bytes:
    """A list of changes with these rows."""
    return workbook({"Gebietsaenderungen": [TITLE, HEAD_OF_CHANGES, *rows]})


def change(**replaced: object) -> Row:
    """The merger with some of its columns changed, by their place."""
    return [replaced.get(f"at_{place}", cell) for place, cell in enumerate(MERGER)]


def test_a_municipality_that_stays_is_one_transfer_of_all_of_it() -> None:
    assert transfers([1001000, "Flensburg", 1, 1, 1001000]) == (Transfer("01001000", "01001000", FROM, TO, 1.0, 1.0),)


def test_keys_that_a_spreadsheet_took_for_numbers_get_back_their_zero() -> None:
    found = transfers([1001000.0, "a", 1, 1, "01001000"])

    assert (found[0].from_key, found[0].to_key) == ("01001000", "01001000")


def test_a_divided_municipality_has_shares_of_land_and_of_people() -> None:
    found = transfers([1001001, "a", 0.6, 0.9, 1001002], [1001001, "a", 0.4, 0.1, 1001003])

    assert [(each.to_key, each.area_weight, each.population_weight) for each in found] == [
        ("01001002", 0.6, 0.9),
        ("01001003", 0.4, 0.1),
    ]


def test_shares_that_were_rounded_are_made_to_add_up() -> None:
    found = transfers(*([1001001, "a", 0.333, 0.333, key] for key in (1001002, 1001003, 1001004)))

    assert sum(each.area_weight for each in found) == pytest.approx(1)
    assert sum(each.population_weight for each in found) == pytest.approx(1)


def test_where_nobody_lives_the_shares_of_the_land_hold_for_people() -> None:
    found = transfers([1001001, "a", 0.6, 0, 1001002], [1001001, "a", 0.4, 0, 1001003])

    assert [each.population_weight for each in found] == [0.6, 0.4]


def test_where_no_share_is_known_parts_are_equal() -> None:
    found = transfers([1001001, "a", 0, 0, 1001002], [1001001, "a", 0, 0, 1001003])

    assert [(each.area_weight, each.population_weight) for each in found] == [(0.5, 0.5), (0.5, 0.5)]


def test_every_sheet_is_a_pair_of_dates() -> None:
    later = [cell.replace("2021", "2022").replace("2020", "2021") for cell in HEAD]
    row = [1001000, "a", 1, 1, 1001000]

    found = read_correspondence(workbook({"2020": [HEAD, row], "2021": [later, row]}), name="ref.xlsx").transfers

    assert [(each.from_date.year, each.to_date.year) for each in found] == [(2020, 2021), (2021, 2022)]


def test_rows_without_an_old_key_are_left_out() -> None:
    assert len(transfers([1001000, "a", 1, 1, 1001000], ["", "Summe", 1, 1, ""])) == 1


@pytest.mark.parametrize("share", ["viel", "", date(2020, 1, 1)])
def test_a_share_that_is_no_number_is_a_problem_with_its_row(share: object) -> None:
    content = correspondence([1001000, "a", 1, 1, 1001000], [1001001, "b", share, 1, 1001001])

    reading = read_correspondence(content, name="ref.xlsx")

    assert [(each.row, each.problem) for each in reading.problems] == [(3, "a share is not a number.")]
    assert reading.rows_in == 2


@pytest.mark.parametrize(("old", "new"), [("Summe", 1001001), (1001001, ""), (1001001, "keiner"), (17001001, 1001001)])
def test_a_key_of_no_municipality_is_a_problem_with_its_row(old: object, new: object) -> None:
    content = correspondence([1001000, "a", 1, 1, 1001000], [old, "b", 1, 1, new])

    reading = read_correspondence(content, name="ref.xlsx")

    assert [(each.row, each.problem) for each in reading.problems] == [(3, "a key is not that of a municipality.")]


def test_shares_of_the_shipped_correspondence_add_up_over_every_old_municipality() -> None:
    delivery = shipped("reforms/ref-gemeinden-ab-2020.xlsx")

    reading = read_correspondence(delivery.content, name=delivery.name)

    assert reading.problems == ()
    land: dict[tuple[str, date], float] = {}
    people: dict[tuple[str, date], float] = {}
    for each in reading.transfers:
        old = (each.from_key, each.from_date)
        land[old] = land.get(old, 0) + each.area_weight
        people[old] = people.get(old, 0) + each.population_weight
    assert [old for old in land if abs(land[old] - 1) > 1e-9 or abs(people[old] - 1) > 1e-9] == []


REFUSED: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "ref.xlsx: the workbook does not open."),
    "an empty sheet": (
        workbook({"2020": []}),
        "ref.xlsx [2020]: the head is not that of a correspondence of the BBSR. Its head names two key dates (Gemeinden "
        "31.12.2020) and the proportional shares of area and population.",
    ),
    "one key date": (correspondence(head=HEAD[:4]), "ref.xlsx [2020]: the head is not that of a correspondence"),
    "no shares": (correspondence(head=[HEAD[0], HEAD[4]]), "ref.xlsx [2020]: the head is not that"),
    "a day that no calendar has": (
        correspondence(head=["Gemeinden 31.02.2020", *HEAD[1:]]),
        "ref.xlsx [2020]: the head names no key date above the keys. Its head names two",
    ),
    "no row": (correspondence(), "ref.xlsx: no sheet holds a correspondence. Its head names two"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_correspondence_is_refused_with_the_reason(name: str) -> None:
    content, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read_correspondence(content, name="ref.xlsx")

    assert str(refused.value).startswith(message)


def test_a_change_says_what_became_of_what_and_when() -> None:
    reading = read_changes(changes(MERGER), name="2023.xlsx")

    assert reading.title == TITLE[0]
    assert reading.changes == (
        BoundaryChange("06/2023/0002-R", "06635005", "06635001", 1, date(2023, 1, 1), 35_221_465.0, 1_917),
    )


def test_changes_of_associations_follow_from_those_of_municipalities_and_are_left_out() -> None:
    content = changes(change(at_1="Gemeindeverband"), ["* Fußnote"], MERGER)

    assert len(read_changes(content, name="2023.xlsx").changes) == 1


def test_land_and_people_of_a_change_may_be_unknown() -> None:
    found = read_changes(changes(change(at_6="-", at_7="")), name="2023.xlsx").changes

    assert (found[0].area_qm, found[0].residents) == (None, None)


def test_a_change_without_people_is_not_one_with_unknown_people() -> None:
    assert read_changes(changes(change(at_7=0)), name="2023.xlsx").changes[0].residents == 0


@pytest.mark.parametrize("replaced", [{"at_11": "bald"}, {"at_11": "2023"}, {"at_5": 7}, {"at_5": ""}])
def test_a_change_that_does_not_read_is_a_problem_with_its_row(replaced: dict[str, object]) -> None:
    reading = read_changes(changes(MERGER, change(**replaced)), name="2023.xlsx")

    assert [(each.row, each.problem) for each in reading.problems] == [
        (4, "key, kind or date of the change does not read.")
    ]
    assert len(reading.changes) == 1


@pytest.mark.parametrize("key", ["", "keiner", "0663500"])
def test_a_change_of_no_municipality_is_a_problem(key: str) -> None:
    assert len(read_changes(changes(MERGER, change(at_9=key)), name="2023.xlsx").problems) == 1


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_shipped_lists_read_whole_and_hold_no_change_of_a_later_year(year: int) -> None:
    """Some changes are listed years after they took effect."""
    delivery = shipped(f"reforms/{year}.xlsx")

    reading = read_changes(delivery.content, name=delivery.name)

    assert reading.problems == ()
    assert max(each.effective.year for each in reading.changes) == year


REFUSED_CHANGES: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "the workbook does not open."),
    "another workbook": (correspondence(), "the workbook has no sheet 'Gebietsaenderungen'. It has: 2020."),
    "an empty sheet": (
        workbook({"Gebietsaenderungen": []}),
        "the sheet has no head that begins with 'Kennziffer'. Fetch the yearly list of boundary changes "
        "(Gebietsänderungen) of Destatis as .xlsx.",
    ),
    "no head": (workbook({"Gebietsaenderungen": [TITLE, MERGER]}), "the sheet has no head that begins with"),
}


@pytest.mark.parametrize("name", REFUSED_CHANGES)
def test_what_is_no_list_of_changes_is_refused_with_the_reason(name: str) -> None:
    content, message = REFUSED_CHANGES[name]

    with pytest.raises(DeliveryError) as refused:
        read_changes(content, name="2023.xlsx")

    assert str(refused.value).startswith(f"2023.xlsx: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    provoked = [message for _, message in (*REFUSED.values(), *REFUSED_CHANGES.values())]

    assert unprovoked(reforms, provoked) == []
