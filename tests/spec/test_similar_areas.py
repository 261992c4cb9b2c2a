"""Similar areas: near each other in declared features, each brought to one scale, with the distance shown."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from gemeinsinn.areas.peers import peers_of
from support.publishing import KEY_OF, County


PEERS = "features: [people_count, cases_share]\nlogarithmic: [people_count]\ncount: 2\n"
COUNTED = """
    area    year  cases  people
    Astadt  2023    500   10000
    Bedorf  2023     45     900
    Cedorf  2023     30     600
    Dedorf  2023     30     300
    Edorf   2023     20     200
"""


@pytest.fixture
def peers(county: County) -> dict[str, list[tuple[str, float]]]:
    county.write("catalogue/peers.yaml", PEERS)
    names = {key: name for name, key in KEY_OF.items()}
    found = county.released(COUNTED).areas["peers"]
    return {names[key]: [(names[near["area"]], near["distance"]) for near in nearest] for key, nearest in found.items()}


def test_the_nearest_areas_are_named_first_and_no_more_than_declared(peers: dict[str, list[tuple[str, float]]]) -> None:
    assert [name for name, _ in peers["Bedorf"]] == ["Cedorf", "Astadt"]
    assert [name for name, _ in peers["Dedorf"]] == ["Edorf", "Cedorf"]


def test_nobody_is_similar_to_itself(peers: dict[str, list[tuple[str, float]]]) -> None:
    assert all(name not in [near for near, _ in nearest] for name, nearest in peers.items())


def test_a_distance_of_one_means_one_standard_deviation_apart_on_average() -> None:
    """Two features, of which one is the same: the distance is that of the other, over the root of two."""
    features = np.array([[1.0, 7.0], [3.0, 7.0]])

    found = peers_of(["a", "b"], features, logarithmic=[False, False], count=1)

    assert found["a"][0].distance == round(2 / sqrt(2), 2)


def test_sizes_are_compared_by_their_ratio_where_that_is_declared(county: County) -> None:
    """From 600 to 300 is the same way as to 1,200; counted in people it is half as far."""
    county.write("catalogue/peers.yaml", "features: [people_count]\nlogarithmic: [people_count]\ncount: 2\n")
    by_ratio = county.released(COUNTED.replace("900", "1200")).areas["peers"]["01001003"]
    county.write("catalogue/peers.yaml", "features: [people_count]\ncount: 2\n")
    county.publish()

    by_people = county.current.areas["peers"]["01001003"]

    assert {each["area"] for each in by_ratio} == {"01001002", "01001004"}
    assert by_ratio[0]["distance"] == by_ratio[1]["distance"] > 0
    assert [each["area"] for each in by_people] == ["01001004", "01001005"]


def test_an_area_that_lacks_a_feature_has_no_peers_and_is_nobodys(county: County) -> None:
    county.write("catalogue/peers.yaml", PEERS)

    found = county.released(COUNTED.replace("Cedorf  2023     30", "Cedorf  2023      .")).areas["peers"]

    assert found["01001003"] == []
    assert all(near["area"] != "01001003" for nearest in found.values() for near in nearest)


def test_without_a_rule_nobody_is_similar(county: County) -> None:
    assert county.released(COUNTED).areas["peers"] == {}
