"""Pseudonyms: the same for the same person however written, another one under another key, and fast."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, strategies as st

from gemeinsinn.protect.pseudonyms import canonical, identifiers, pseudonyms, renewed


KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mu\u0308ller"),
        ("  Anna  Maria ", "anna maria"),
        ("Müller-Lüdenscheidt", "MÜLLER – LÜDENSCHEIDT"),
        ("AB 12 / 3", "ab 12/3"),
        ("Müller, Anna", "müller ,anna"),
        ("Strauß", "STRAUSS"),
    ],
)
def test_the_same_person_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1-23", "12-3"), ("12 3", "1 23"), ("Anna Maria", "Annamaria"), ("O1", "01")]
)
def test_two_numbers_never_become_one_by_leaving_something_out(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_the_parts_of_an_identifier_do_not_run_together() -> None:
    assert identifiers(["ab", "a"], ["c", "bc"])[0] != identifiers(["ab", "a"], ["c", "bc"])[1]


@given(st.text(max_size=40))
def test_the_canonical_form_is_stable(text: str) -> None:
    once = canonical(text)

    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_pseudonym_is_the_first_half_of_a_keyed_hash() -> None:
    expected = int.from_bytes(blake3(b"p1", key=KEY).digest()[:8], "little", signed=True)

    assert pseudonyms([b"p1"], [KEY]).tolist() == [expected]


def test_another_key_gives_another_pseudonym() -> None:
    assert pseudonyms([b"p1"], [KEY])[0] != pseudonyms([b"p1"], [OTHER])[0]


def test_a_longer_chain_is_what_renewing_gives() -> None:
    values = [b"p1", b"p2"]

    assert pseudonyms(values, [KEY, OTHER]).tolist() == renewed(pseudonyms(values, [KEY]), OTHER).tolist()


def test_nobody_at_all_is_no_pseudonym_at_all() -> None:
    assert pseudonyms([], [KEY, OTHER]).dtype == np.int64
    assert len(pseudonyms([], [KEY])) == 0
