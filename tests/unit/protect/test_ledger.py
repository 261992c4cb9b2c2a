"""The ledger: what an entry holds, and how one that was changed or removed is found."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.ledger import SEES, Ledger, concerned, read_entries
from gemeinsinn.protect.released import Shows
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.policy import Audience
from support.ledgers import KEY, hiding, identified, with_release


AREAS = flat(["A", "B", "C"], name="area")
SEXES = flat(["m", "w"], name="sex")
COUNTS = [[5, 1], [7, 4], [9, 2]]


def three_releases() -> Ledger:
    ledger = Ledger(KEY)
    for step in range(3):
        model = identified({"area": AREAS, "sex": SEXES}, [[5 + step, 1], [7, 4], [9, 2]])
        ledger = with_release(ledger, model, hiding(model, ("A", "m"), ("C", "m")))
    return ledger


def test_an_entry_says_what_each_cell_shows_and_seals_the_values_of_those_that_show_nothing() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)

    ledger = with_release(Ledger(KEY), model, hiding(model, ("A", "m"), ("C", "m")))

    content = ledger.entries[0].content()
    hidden = content.shown.shows == Shows.HIDDEN
    told = {content.shown.names.of(int(cell)) for cell in np.flatnonzero(hidden)}
    assert told == {("A", "m"), ("A", "w"), ("C", "m"), ("C", "w")}
    assert np.isnan(content.shown.low[hidden]).all()
    assert (content.shown.low[~hidden] == model.values[~hidden]).all()
    assert (content.sealed.values == model.values).all()
    assert content.sealed.primary.sum() == 2


def test_what_is_shown_can_be_read_without_what_is_sealed_and_holds_no_value_of_a_hidden_cell() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)
    entry = with_release(Ledger(KEY), model, hiding(model, ("A", "m"), ("C", "m"))).entries[0]
    other = identified({"area": AREAS, "sex": SEXES}, [[5, 1], [7, 4], [9, 2]])

    with_other_values = replace(other, values=np.where(np.isin(other.values, [5, 1, 9, 2]), 77.0, other.values))
    same = with_release(Ledger(KEY), with_other_values, hiding(model, ("A", "m"), ("C", "m"))).entries[0]

    assert entry.pieces()[0] == same.pieces()[0]
    assert entry.pieces()[1] != same.pieces()[1]


def test_identities_cannot_be_tried_out_without_the_key_of_the_ledger() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)

    one, other = (
        with_release(Ledger(key), model, hiding(model)).entries[0].content().shown for key in (KEY, bytes(32))
    )

    assert not np.isin(one.identities, other.identities).any()


def test_a_chain_that_is_whole_is_read_as_it_was_written() -> None:
    ledger = three_releases()

    read = read_entries([entry.written for entry in ledger.entries], key=KEY, last=(3, ledger.head))

    assert read == ledger.entries
    assert Ledger(KEY, read).head == ledger.head


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_cell_is_found_and_its_entry_named(number: int) -> None:
    contents = [entry.written for entry in three_releases().entries]
    body = bytearray(contents[number - 1])
    body[-1] ^= 1

    contents[number - 1] = bytes(body)

    with pytest.raises(DisclosureError, match=f"entry {number}: what is sealed was changed"):
        read_entries(contents, key=KEY)[number - 1].check()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_head_that_was_changed_with_all_its_digests_is_found_by_the_one_behind_it(number: int) -> None:
    ledger = three_releases()
    contents = [entry.written for entry in ledger.entries]
    forged = replace(ledger.entries[number - 1].head, audience="planning")

    contents[number - 1] = replace(ledger.entries[number - 1], head=forged).written

    with pytest.raises(DisclosureError, match=f"entry {number}: its head was changed"):
        read_entries(contents, key=KEY, last=(3, ledger.head))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_entry_that_was_removed_is_found(number: int) -> None:
    ledger = three_releases()
    contents = [entry.written for entry in ledger.entries]

    del contents[number - 1]

    with pytest.raises(DisclosureError, match=f"entry {number}: it is missing"):
        read_entries(contents, key=KEY, last=(3, ledger.head))


def test_a_file_that_is_no_entry_is_named() -> None:
    with pytest.raises(DisclosureError, match="entry 1: its head cannot be read"):
        read_entries([b"{}\n"], key=KEY)


def test_a_part_that_was_released_just_so_is_referred_to_and_not_written_again() -> None:
    years = flat(["2023", "2024"], name="year")
    first = identified({"area": AREAS, "sex": SEXES}, COUNTS, valid_on="2023")
    ledger = with_release(Ledger(KEY), first, hiding(first, ("A", "m"), ("C", "m")))

    ledger = with_release(ledger, first, hiding(first, ("A", "m"), ("C", "m")))

    head, content = ledger.entries[1].head, ledger.entries[1].content()
    assert years.root == "Total"
    assert (head.cells, head.parts, content.shown.cells) == (12, 1, 0)
    assert content.earlier.tolist() == [[1, 0]]


def test_a_part_that_shows_one_cell_more_is_written_again() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)
    ledger = with_release(Ledger(KEY), model, hiding(model, ("A", "m"), ("C", "m")))

    ledger = with_release(ledger, model, hiding(model, ("A", "m")))

    assert ledger.entries[1].content().shown.cells == 12


def test_another_audience_refers_to_nothing_that_it_may_not_have_seen() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)
    ledger = with_release(Ledger(KEY), model, hiding(model), audience="planning")

    ledger = with_release(ledger, model, hiding(model), audience="public")

    assert ledger.entries[1].content().shown.cells == 12


def test_who_sees_more_sees_what_the_public_sees() -> None:
    model = identified({"area": AREAS, "sex": SEXES}, COUNTS)
    ledger = with_release(Ledger(KEY), model, hiding(model), audience="planning")
    ledger = with_release(ledger, model, hiding(model), audience="public")

    seen = {audience: [entry.head.number for entry in ledger.seen_by(audience)] for audience in SEES}

    assert seen == {"public": [2], "politics": [2], "planning": [1, 2], "statistics": [1, 2]}
    assert concerned("politics") == ("politics", "planning", "statistics")


def test_every_audience_of_a_policy_has_its_place_in_the_order() -> None:
    assert tuple(SEES) == tuple(Audience)
    for at, audience in enumerate(SEES):
        assert SEES[audience] == tuple(Audience)[: at + 1]


def test_what_is_sealed_does_not_open_without_the_key_of_the_ledger() -> None:
    entry = three_releases().entries[0]

    stolen = read_entries([entry.written], key=bytes(32))[0]

    stolen.check()
    with pytest.raises(DisclosureError, match="entry 1: it does not open with the key of the ledger"):
        stolen.content()


def test_what_is_sealed_belongs_to_what_is_shown() -> None:
    first, second, _ = three_releases().entries
    shown, sealed = first.pieces()[0], second.pieces()[1]
    digest = hashlib.sha256(sealed).hexdigest()
    head = replace(first.head, sealed_bytes=len(sealed), sealed_digest=digest)

    with pytest.raises(DisclosureError, match="entry 1: it does not open"):
        replace(first, head=head, body=shown + sealed).content()
