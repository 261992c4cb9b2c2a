"""Statuses: a closed list, each with a number or without one, and the signs of official tables."""

from __future__ import annotations

import pytest

from gemeinsinn.concepts.observations import ALL_STATUSES, SIGN_OF_STATUS, STATUS_OF_SIGN, WITH_VALUE, ObsStatus


def test_releases_store_places_in_this_list_so_its_order_is_kept() -> None:
    """A new status is added to the end; another order would give the numbers of old releases other statuses."""
    assert [str(status) for status in ALL_STATUSES] == [
        "normal",
        "weak",
        "pooled",
        "merged",
        "source-confidential",
        "source-nothing",
        "source-unreliable",
        "source-blocked",
        "source-later",
        "source-empty",
        "confidential",
        "withheld",
        "not-collected",
        "not-yet",
        "structural-zero",
        "no-such-area",
        "quarantined",
        "not-comparable",
    ]


def test_only_four_statuses_go_with_a_number() -> None:
    assert {str(status) for status in WITH_VALUE} == {"normal", "weak", "pooled", "merged"}


@pytest.mark.parametrize("sign", STATUS_OF_SIGN)
def test_a_sign_in_the_place_of_a_number_never_goes_with_one(sign: str) -> None:
    assert STATUS_OF_SIGN[sign] not in WITH_VALUE


@pytest.mark.parametrize("status", [status for status in ObsStatus if status.startswith("source-")])
def test_every_status_of_a_source_has_the_sign_that_leads_back_to_it(status: ObsStatus) -> None:
    assert STATUS_OF_SIGN[SIGN_OF_STATUS[status]] is status


@pytest.mark.parametrize(("typed", "printed"), [("-", "–"), ("x", "X"), ("...", "…")])
def test_a_sign_means_the_same_typed_and_printed(typed: str, printed: str) -> None:
    assert STATUS_OF_SIGN[typed] is STATUS_OF_SIGN[printed]
