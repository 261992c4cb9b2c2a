"""Reforms: older counts are brought onto today's municipalities, nobody is lost, and what was converted is marked."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.indicators.frame import Frame
from support.panels import EVERY_LEVEL, counted, edition, frame_of, municipality, panel_of, reform, said


BEFORE, AFTER = date(2021, 12, 31), date(2022, 12, 31)
A, B, C, D = "01001001", "01001002", "01001003", "01001004"


def territory(old: str, new: str, shares: dict[tuple[str, str], float], *, empty: str = "") -> Frame:
    """Two editions of one district, with a reform between them; `empty` is a forest where nobody lives."""
    editions = [
        edition(on, [municipality(key, uninhabited=key == empty) for key in keys.split()])
        for on, keys in ((BEFORE, old), (AFTER, new))
    ]
    return frame_of(editions, [reform(BEFORE, AFTER, shares)])


JOINED = territory(f"{A} {B} {C}", f"{A} {B}", {(A, A): 1, (B, B): 1, (C, B): 1})
"""C was dissolved and is part of B now."""
DIVIDED = territory(f"{A} {B} {C}", f"{A} {B}", {(A, A): 1, (B, B): 1, (C, A): 0.25, (C, B): 0.75})
"""A quarter of C's people live in A now, the others in B."""
RENAMED = territory(f"{A} {C}", f"{A} {D}", {(A, A): 1, (C, D): 1})


def test_what_was_counted_in_a_dissolved_municipality_counts_in_its_heir() -> None:
    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: 40})}, JOINED)

    assert said(panel, 2021) == {A: 100, B: 100, "01001": 200, "01": 200, "DG": 200}


def test_a_divided_municipality_is_divided_by_the_official_shares() -> None:
    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: 40})}, DIVIDED)

    assert said(panel, 2021) == {A: 110, B: 90, "01001": 200, "01": 200, "DG": 200}


def test_a_count_after_the_reform_is_left_alone() -> None:
    panel = panel_of({"counts": counted(2022, {A: 100, B: 100})}, JOINED)

    assert said(panel, 2022) == {A: 100, B: 100, "01001": 200, "01": 200, "DG": 200}
    assert not panel.converted.any()


@pytest.mark.parametrize(
    ("frame", "counts", "converted"),
    [
        (JOINED, {A: 100, B: 60, C: 40}, {B}),
        (DIVIDED, {A: 100, B: 60, C: 40}, {A, B}),
        (RENAMED, {A: 100, C: 40}, set()),
    ],
    ids=["joined", "divided", "renamed"],
)
def test_a_count_that_was_put_together_or_divided_is_marked_as_converted(
    frame: Frame, counts: dict[str, float | str], converted: set[str]
) -> None:
    panel = panel_of({"counts": counted(2021, counts)}, frame, add_up=())

    assert {area for area, flag in zip(panel.areas, panel.converted[:, 0], strict=True) if flag} == converted


def test_a_municipality_under_a_new_key_keeps_its_own_count() -> None:
    panel = panel_of({"counts": counted(2021, {A: 100, C: 40})}, RENAMED, add_up=())

    assert said(panel, 2021) == {A: 100, D: 40}


def test_a_district_that_adds_up_on_its_own_territory_is_not_converted() -> None:
    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: 40})}, JOINED)

    assert not panel.converted[panel.areas.index("01001"), 0]


ABROAD, FAR = "01002001", "02001001"
"""A municipality in the next district, and one in the next state."""


def bordering(shares: dict[tuple[str, str], float]) -> Frame:
    """Two states, one with two districts; the old territory is that of an edition nobody knows, as for older years."""
    larger = [
        AreaRecord("01002", Level.DISTRICT, "Nachbarkreis", "01"),
        AreaRecord("02", Level.STATE, "Nachbarland", "DG"),
        AreaRecord("02001", Level.DISTRICT, "Fernkreis", "02"),
    ]
    ends = [municipality(key, parent=key[:5]) for key in sorted({new for _, new in shares})]
    return frame_of([edition(AFTER, [*larger, *ends])], [reform(BEFORE, AFTER, shares)])


def converted_areas(shares: dict[tuple[str, str], float]) -> set[str]:
    """The areas whose counts of 2021 are marked as converted."""
    counts = counted(2021, dict.fromkeys(sorted({old for old, _ in shares}), 10.0))
    panel = panel_of({"counts": counts}, bordering(shares))
    assert panel.known.all()
    return {area for area, flag in zip(panel.areas, panel.converted[:, 0], strict=True) if flag}


REST = {(ABROAD, ABROAD): 1.0, (FAR, FAR): 1.0}


@pytest.mark.parametrize(
    ("shares", "converted"),
    [
        ({(A, A): 1, (B, A): 1, **REST}, {A}),
        ({(A, A): 1, (B, A): 0.5, (B, B): 0.5, **REST}, {A, B}),
        ({(A, A): 1, (B, B): 1, (ABROAD, A): 1, (FAR, FAR): 1, (C, ABROAD): 1}, {A, "01001"}),
        ({(A, A): 1, (B, A): 0.5, (B, ABROAD): 0.5, **REST}, {A, ABROAD, "01001", "01002"}),
        ({(A, A): 1, (B, A): 0.5, (B, FAR): 0.5, **REST}, {A, FAR, "01001", "02001", "01", "02"}),
    ],
    ids=[
        "a merger within a district",
        "a division within a district",
        "a merger from the next district",
        "a division between districts",
        "a division between states",
    ],
)
def test_a_sum_is_converted_only_if_a_part_was_moved_over_its_border(
    shares: dict[tuple[str, str], float], converted: set[str]
) -> None:
    """The country never is: no reform moves people out of it."""
    assert converted_areas(shares) == converted


def test_the_sum_of_an_amt_is_converted_with_each_of_its_parts() -> None:
    """Its key does not tell which municipalities it had."""
    amt = AreaRecord("010015001", Level.AMT, "Amt", "01001")
    new = edition(AFTER, [amt, municipality(A, parent=amt.key), municipality(C)])
    frame = frame_of([new], [reform(BEFORE, AFTER, {(A, A): 1, (B, A): 1, (C, C): 1})])

    panel = panel_of({"counts": counted(2021, {A: 1, B: 1, C: 1})}, frame)

    assert {area for area, flag in zip(panel.areas, panel.converted[:, 0], strict=True) if flag} == {A, amt.key}


def test_an_heir_of_a_municipality_with_a_secret_count_has_no_number() -> None:
    """60 alone would be the count of a part and would look like that of the whole."""
    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: "source-confidential"})}, JOINED)

    assert said(panel, 2021) == {A: 100, B: "source-confidential"}


def test_an_heir_with_a_secret_count_of_its_own_has_no_number_either() -> None:
    panel = panel_of({"counts": counted(2021, {A: 100, B: "source-unreliable", C: 40})}, JOINED, add_up=())

    assert said(panel, 2021) == {A: 100, B: "source-unreliable"}


def test_a_forest_where_nobody_lives_takes_no_number_away() -> None:
    with_forest = territory(f"{A} {B} {C}", f"{A} {B}", {(A, A): 1, (B, B): 1, (C, B): 1}, empty=C)

    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: "source-nothing"})}, with_forest)

    assert said(panel, 2021)[B] == 60


def test_the_sign_of_a_municipality_that_did_not_stand_yet_takes_no_number_away() -> None:
    """Tables over many years name every municipality that ever was, with a sign where it was not."""
    panel = panel_of({"counts": counted(2021, {A: 100, C: 40, D: "source-nothing"})}, RENAMED, add_up=())

    assert said(panel, 2021) == {A: 100, D: 40}


def test_a_count_of_limited_reliability_stays_one_in_the_heir() -> None:
    counts = [(A, "2021", 100.0, "normal"), (B, "2021", 60.0, "normal"), (C, "2021", 40.0, "weak")]

    panel = panel_of({"counts": counts}, JOINED, add_up=())

    weak = dict(zip(panel.areas, panel.status[:, 0] == 1, strict=True))
    assert (weak[A], weak[B]) == (False, True)


def test_a_table_that_cannot_be_restated_leaves_old_municipalities_out() -> None:
    """Means and published shares are no counts: that of C cannot be added to that of B."""
    panel = panel_of({"counts": counted(2021, {A: 10, B: 6, C: 4})}, JOINED, add_up=(), restate_by="")

    assert said(panel, 2021) == {A: 10, B: 6}


def test_land_is_restated_by_land_and_people_by_people() -> None:
    """The quarter of C's people lives on half of its land."""
    people = reform(BEFORE, AFTER, {(A, A): 1, (B, B): 1, (C, A): 0.25, (C, B): 0.75})
    halves = tuple(
        type(each)(each.from_key, each.to_key, BEFORE, AFTER, 0.5 if each.from_key == C else 1, each.population_weight)
        for each in people.transfers
    )
    frame = frame_of(DIVIDED.territory.editions, [type(people)(BEFORE, AFTER, halves)])
    counts = counted(2021, {A: 100, B: 60, C: 40})

    by_people = said(panel_of({"counts": counts}, frame, add_up=()), 2021)
    by_land = said(panel_of({"counts": counts}, frame, add_up=(), restate_by="area"), 2021)

    assert by_people == {A: 110, B: 90}
    assert by_land == {A: 120, B: 80}


def test_a_source_that_names_its_territory_is_restated_from_there_whatever_the_year() -> None:
    """Its counts of 2015 were restated by the source itself, to the municipalities of the end of 2021."""
    counts = counted(2015, {A: 100, B: 60, C: 40})

    with_territory = panel_of({"counts": counts}, JOINED, add_up=(), territories={"counts": BEFORE})
    without = panel_of({"counts": counts}, JOINED, add_up=())

    assert said(with_territory, 2015) == {A: 100, B: 100}
    assert said(without, 2015) == {A: 100, B: 60}


def test_two_reforms_one_after_the_other_are_both_followed() -> None:
    last = date(2023, 12, 31)
    editions = [*JOINED.territory.editions, edition(last, [municipality(A)])]
    second = reform(AFTER, last, {(A, A): 1, (B, A): 1})
    frame = frame_of(editions, [*JOINED.correspondences, second])

    panel = panel_of({"counts": counted(2021, {A: 100, B: 60, C: 40})}, frame, add_up=EVERY_LEVEL)

    assert said(panel, 2021) == {A: 200, "01001": 200, "01": 200, "DG": 200}
