"""Administrative areas VG5000: land from shapefiles, in degrees, one area a key, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from gemeinsinn.concepts.territory import AreaRecord, Level
from gemeinsinn.errors import DeliveryError
from gemeinsinn.sources import vg5000 as module
from gemeinsinn.sources.vg5000 import read
from support.messages import unprovoked
from support.shapefiles import area, layer, square, vg5000
from support.shipped import shipped


LAYERS = {
    "GEM": [
        area("01001001", "Astadt", square(0, 0), kind="Stadt", ars="010010001001"),
        area("01001002", "Bedorf", square(1, 0), ars="010015001002"),
        area("02001001", "Anderswo", square(9, 0), ars="020015001001"),
    ],
    "KRS": [area("01001", "Testen", square(0, 0, side=2), kind="Kreis")],
    "LAN": [area("01", "Testland", square(0, 0, side=2), kind="Land")],
}
WHOLE = vg5000(LAYERS)


def test_areas_of_all_layers_are_read_with_their_place_in_the_hierarchy() -> None:
    areas = {each.key: (each.level, each.parent) for each in read(WHOLE, name="vg.zip", under="01").areas}

    assert areas == {
        "01001001": (Level.MUNICIPALITY, "01001"),
        "01001002": (Level.MUNICIPALITY, "01001"),
        "01001": (Level.DISTRICT, "01"),
        "01": (Level.STATE, "DG"),
    }


def test_a_record_keeps_name_kind_long_key_and_day() -> None:
    first = read(WHOLE, name="vg.zip").areas[0]

    assert first == AreaRecord(
        "01001001", Level.MUNICIPALITY, "Astadt", "01001", "Stadt", "010010001001", since=date(2009, 1, 1)
    )


def test_a_district_says_its_kind_in_its_name() -> None:
    names = {each.key: each.name for each in read(WHOLE, name="vg.zip").areas}

    assert names["01001"] == "Kreis Testen"


def test_land_without_a_municipality_is_known_to_be_uninhabited() -> None:
    forest = {"GEM": [area("01001009", "Forst", square(0, 0), kind="Gemeindefreies Gebiet")]}

    assert read(vg5000(forest), name="vg.zip").areas[0].uninhabited


def test_coordinates_are_turned_into_longitude_and_latitude() -> None:
    """On the central meridian of the grid: 9 degrees east. A kilometre is 0.015 degrees of longitude there."""
    ring = read(WHOLE, name="vg.zip").shapes[0].polygons[0][0]

    longitudes, latitudes = zip(*ring, strict=True)
    assert min(longitudes) == 9.0
    assert max(longitudes) == pytest.approx(9.015, abs=0.001)
    assert min(latitudes) == pytest.approx(53.25, abs=0.01)
    assert max(latitudes) - min(latitudes) == pytest.approx(0.009, abs=0.0005)


def test_neighbours_share_the_points_of_their_border() -> None:
    astadt, bedorf, *_ = read(WHOLE, name="vg.zip").shapes

    assert len(set(astadt.polygons[0][0]) & set(bedorf.polygons[0][0])) == 2


def test_a_hole_is_a_ring_of_its_polygon() -> None:
    hole = list(reversed(square(0.2, 0.2, side=0.5)))
    reading = read(vg5000({"GEM": [area("01001001", "Astadt", square(0, 0), hole)]}), name="vg.zip")

    polygons = reading.shapes[0].polygons

    assert [len(rings) for rings in polygons] == [2]


def test_parts_of_one_key_are_put_together() -> None:
    islands = {"GEM": [area("01001001", "Astadt", square(0, 0)), area("01001001", "Astadt", square(5, 0))]}

    reading = read(vg5000(islands), name="vg.zip")

    assert [each.key for each in reading.areas] == ["01001001"]
    assert len(reading.shapes[0].polygons) == 2


def test_the_sea_of_an_area_is_left_out() -> None:
    coast = {"GEM": [area("01001001", "Astadt", square(0, 0)), area("01001001", "Astadt", square(1, 0), land=8)]}

    reading = read(vg5000(coast), name="vg.zip")

    assert len(reading.shapes[0].polygons) == 1


@pytest.mark.parametrize(
    ("under", "keys"),
    [
        ("", {"01001001", "01001002", "02001001", "01001", "01"}),
        ("01001", {"01001001", "01001002", "01001", "01"}),
        ("02", {"02001001"}),
        ("02, 01001002", {"02001001", "01001002", "01001", "01"}),
    ],
)
def test_only_wanted_areas_are_kept_and_those_they_lie_in(under: str, keys: set[str]) -> None:
    assert {each.key for each in read(WHOLE, name="vg.zip", under=under).areas} == keys


def test_the_date_of_the_areas_stands_in_a_text_beside_them() -> None:
    assert read(WHOLE, name="vg.zip").areas_on == date(2021, 1, 1)


def test_a_declared_date_of_the_areas_goes_before_it() -> None:
    assert read(WHOLE, name="vg.zip", territory="2022-01-01").areas_on == date(2022, 1, 1)


def test_the_shipped_areas_of_the_demo_county_read() -> None:
    """The county has 49 municipalities."""
    delivery = shipped("geometry/vg5000_ebenen_0101_GEM_KRS_LAN.zip")

    reading = read(delivery.content, name=delivery.name, under="01056")

    assert sum(each.level is Level.MUNICIPALITY for each in reading.areas) == 49
    assert [each.name for each in reading.areas[-2:]] == ["Kreis Pinneberg", "Schleswig-Holstein"]
    assert reading.rows_in == 51


GEM = layer(LAYERS["GEM"])
DAMAGED = "the layer GEM is damaged or lacks one of its files (.shp, .shx, .dbf, .prj). Fetch it again."
REFUSED: dict[str, tuple[bytes, dict[str, str], str]] = {
    "no bytes": (b"", {}, "this is no zip file. Fetch it again; it was cut short or is something else."),
    "half of it": (WHOLE[: len(WHOLE) // 2], {}, "this is no zip file. Fetch it again"),
    "a missing projection": (vg5000(LAYERS, changed={"vg/VG5000_GEM.prj": None}), {}, DAMAGED),
    "a projection of nowhere": (vg5000(LAYERS, changed={"vg/VG5000_GEM.prj": b"nowhere"}), {}, DAMAGED),
    "no records": (vg5000(LAYERS, changed={"vg/VG5000_GEM.dbf": b""}), {}, DAMAGED),
    "records cut short": (vg5000(LAYERS, changed={"vg/VG5000_GEM.dbf": GEM["dbf"][:-150]}), {}, DAMAGED),
    "a head of records cut short": (vg5000(LAYERS, changed={"vg/VG5000_GEM.dbf": GEM["dbf"][:20]}), {}, DAMAGED),
    "shapes cut short": (vg5000(LAYERS, changed={"vg/VG5000_GEM.shp": GEM["shp"][:-100]}), {}, DAMAGED),
    "an index cut short": (vg5000(LAYERS, changed={"vg/VG5000_GEM.shx": GEM["shx"][:-5]}), {}, DAMAGED),
    "other records": (
        vg5000(LAYERS, changed={"vg/VG5000_GEM.dbf": GEM["dbf"].replace(b"AGS\0", b"KEY\0", 1)}),
        {},
        DAMAGED,
    ),
    "no layer": (
        vg5000({}),
        {},
        "the zip holds no area in a layer VG5000_GEM, _KRS or _LAN. Fetch VG5000 as shapefiles; check `under` in "
        "sources.yaml.",
    ),
    "nothing under a key": (WHOLE, {"under": "16"}, "the zip holds no area under 16 in a layer"),
    "no date": (
        vg5000(LAYERS, stand="Januar"),
        {},
        "the zip does not name the date of its areas. Declare it, e.g. `territory: 2021-01-01`.",
    ),
    "a day that no calendar has": (
        vg5000(LAYERS, stand="31.02.2021"),
        {},
        "the zip does not name the date of its areas.",
    ),
    "a declared date that is none": (WHOLE, {"territory": "gestern"}, "'gestern' is no date. Write 2021-01-01."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_file_is_refused_with_the_reason(name: str) -> None:
    content, options, message = REFUSED[name]

    with pytest.raises(DeliveryError) as refused:
        read(content, name="vg.zip", **options)

    assert str(refused.value).startswith(f"vg.zip: {message}")


def test_no_message_is_left_without_a_file_that_provokes_it() -> None:
    assert unprovoked(module, [message for _, _, message in REFUSED.values()]) == []
