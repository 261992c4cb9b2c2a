"""Publishing: what makes a new release, what it says has changed, and how to go back."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import DefinitionError, DisclosureError, UnknownNameError
from gemeinsinn.pipeline.publish import store_of
from support.publishing import County, cell
from support.tiny import COUNT, POLICY, SETTINGS, SHARE, SOURCES


COUNTED = """
    area    year  cases  people
    Astadt  2022    500   10000
    Astadt  2023    400   10000
    Bedorf  2023     30     900
"""


def test_unchanged_inputs_publish_nothing(county: County) -> None:
    first = county.released(COUNTED)

    again = county.publish()

    assert (again.published, again.release) == (False, first.hash)
    assert store_of(county.instance).hashes() == [first.hash]


def test_the_same_delivery_once_more_publishes_nothing(county: County) -> None:
    county.released(COUNTED)

    runs = county.refresh()

    assert runs["counts"].state == "unchanged"
    assert not county.publish().published


def test_a_corrected_number_is_a_new_release_that_lists_the_old_one(county: County) -> None:
    first = county.released(COUNTED)

    second = county.released(COUNTED.replace("500", "510"))

    assert second.hash != first.hash
    assert second.revisions["previous"] == first.hash
    assert second.revisions["values"]["revised"] == [["cases_share", "01001001", "2022", 5, 5.1]]
    assert cell(county.release(first.hash), "cases_share", "Astadt", 2022).value == 5


def test_a_number_that_the_source_hides_now_is_listed_with_its_new_sign(county: County) -> None:
    county.released(COUNTED)

    release = county.released(COUNTED.replace("Bedorf  2023     30", "Bedorf  2023      ."))

    assert release.revisions["values"]["hidden"] == [["cases_share", "01001002", "2023", 3.33, "source-confidential"]]


def test_a_number_whose_year_is_no_longer_delivered_is_listed_as_vanished(county: County) -> None:
    county.write("sources.yaml", SOURCES + "    may_shrink: 1\n")
    county.released(COUNTED)

    release = county.released(COUNTED.replace("    Astadt  2022    500   10000\n", ""))

    assert release.revisions["values"]["vanished"] == [
        ["cases_share", "01001001", "2022", 5, None],
        ["people_count", "01001001", "2022", 10_000, None],
    ]


def test_new_numbers_are_counted_by_indicator(county: County) -> None:
    first = county.released(COUNTED)

    second = county.released(COUNTED + "    Cedorf  2023     20     600\n")

    assert first.revisions["values"]["new"] == {"cases_share": 3, "people_count": 3}
    assert second.revisions["values"]["counts"] == {"new": 4, "revised": 0, "vanished": 0, "hidden": 0}


def test_a_new_definition_is_a_new_version(county: County) -> None:
    first = county.released(COUNTED)
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("decimals: 2", "decimals: 1"))

    publication = county.publish()

    assert publication.definitions == {"cases_share": [1, 2]}
    assert county.current.indicators["cases_share"]["version"] == 2
    assert county.current.indicators["people_count"]["version"] == 1
    assert first.indicators["cases_share"]["version"] == 1


def test_an_indicator_that_is_taken_out_of_the_catalogue_is_listed_number_by_number(county: County) -> None:
    county.released(COUNTED)
    (county.instance.catalogue / "life/people_count.yaml").unlink()

    publication = county.publish()

    assert publication.changes.counts == {"new": 0, "revised": 0, "vanished": 3, "hidden": 0}
    assert "people_count" not in county.current.indicators


def test_a_preview_shows_the_difference_and_publishes_nothing(county: County) -> None:
    first = county.released(COUNTED)
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("decimals: 2", "decimals: 1"))

    preview = county.publish(preview=True)

    assert (preview.published, preview.release) == (False, "")
    assert preview.changes.revised == [["cases_share", "01001002", "2023", 3.33, 3.3]]
    assert store_of(county.instance).hashes() == [first.hash]
    assert store_of(county.instance).current() == first.hash


def test_a_preview_without_difference_names_the_release_that_stays(county: County) -> None:
    first = county.released(COUNTED)

    preview = county.publish(preview=True)

    assert (preview.published, preview.release) == (False, first.hash)


def test_an_earlier_release_can_be_made_current_again_with_a_reason(county: County) -> None:
    first = county.released(COUNTED)
    second = county.released(COUNTED.replace("500", "510"))
    store = store_of(county.instance)

    store.point_to(first.hash, at=county.clock(), action="roll-back", reason="wrong file")

    last = store.pointed()[-1]
    assert store.current() == first.hash
    assert (last.action, last.reason, last.previous) == ("roll-back", "wrong file", second.hash)
    assert [line.action for line in store.pointed()] == ["publish", "publish", "roll-back"]


def test_publishing_after_going_back_leads_to_the_same_release_as_before(county: County) -> None:
    first = county.released(COUNTED)
    second = county.released(COUNTED.replace("500", "510"))
    store_of(county.instance).point_to(first.hash, at=county.clock(), action="roll-back", reason="too early")

    again = county.publish()

    assert (again.published, again.release) == (True, second.hash)


def test_a_source_without_a_policy_for_statistics_lets_nothing_out(county: County) -> None:
    county.released(COUNTED)
    county.write("policy.yaml", POLICY.replace("published_aggregates", "territory"))
    county.write("catalogue/life/cases_share.yaml", SHARE.replace("decimals: 2", "decimals: 1"))

    with pytest.raises(DisclosureError, match="the policy 'published' of source 'counts' is not one for statistics"):
        county.publish()

    assert county.current.indicators["cases_share"]["decimals"] == 2


def test_the_disclosure_report_counts_the_signs_of_each_source_and_no_others(county: County) -> None:
    """Two signs of the source in what is shown; the share of nobody in Edorf is our own remark."""
    release = county.released(
        COUNTED
        + """
        Cedorf  2023      .     600
        Dedorf  2023      /     300
        Edorf   2023      0       0
        """
    )

    tables = release.disclosure["tables"]

    assert [(table["source"], table["policy"], table["method"]) for table in tables] == [
        ("counts", "published", "source-marks-kept")
    ]
    assert tables[0]["marks"] == {"source-confidential": 1, "source-unreliable": 1}


def test_an_empty_lake_is_not_published(county: County) -> None:
    with pytest.raises(UnknownNameError, match=r"the lake is empty\. Run `gemeinsinn refresh` first\."):
        county.publish()


def test_a_mistake_in_one_definition_keeps_all_from_being_published(county: County) -> None:
    first = county.released(COUNTED)
    county.write("catalogue/life/people_count.yaml", COUNT.replace("{table: people}", "{table: poeple}"))

    with pytest.raises(DefinitionError, match=r"'poeple' is not allowed here\. Did you mean 'people'\?"):
        county.publish()

    assert store_of(county.instance).current() == first.hash


def test_a_new_name_of_the_instance_is_a_new_release_without_a_changed_number(county: County) -> None:
    county.released(COUNTED)
    county.write("gemeinsinn.toml", SETTINGS.replace("Test county", "Our county"))

    publication = county.publish()

    assert publication.published
    assert publication.changes.counts == {"new": 0, "revised": 0, "vanished": 0, "hidden": 0}
    assert county.current.catalogue["name"]["en"] == "Our county"
