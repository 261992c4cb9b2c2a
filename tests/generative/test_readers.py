"""Readers against damaged files: whatever a byte becomes, a file reads cell by cell or is refused with a reason."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from gemeinsinn.concepts.observations import ALL_STATUSES, WITH_VALUE
from gemeinsinn.concepts.origins import Origin
from gemeinsinn.errors import DeliveryError
from gemeinsinn.pipeline.contract import Examined, examined
from gemeinsinn.sources import gisd, gv100ad, inkar, iris, mapped, reforms, regionalstatistik
from gemeinsinn.sources.declared import SourceDeclaration
from gemeinsinn.sources.formats import ReadOptions
from gemeinsinn.sources.reading import Reading, schema_of
from support.readings import mapping, regional_table
from support.tiny import directory
from support.workbooks import workbook


Reads = Callable[[bytes], Reading]
DECLARED = SourceDeclaration("counts", "mapped", "a.csv", "", Origin("", "", "", ""), ReadOptions())
MAPPING = mapping(
    "area: {column: key}\nperiod: {column: year}\nvalues: [{column: cases, measure: cases, unit: Anzahl}]\n"
)
REGIONAL = regional_table(
    "Bevölkerung;;;;\n- Stichtag 31.12.2015 -;;;;\nBevölkerung (Anzahl);;;;\n;;Insgesamt;männlich;weiblich\n"
    'DG;Deutschland;82;40;42\n01056;Pinneberg, Kreis;30;14;16\n01056015;"Elmshorn, Stadt";5;.;(3)\n'
)
FILES: dict[str, tuple[bytes, Reads]] = {
    "regionalstatistik": (REGIONAL, lambda content: regionalstatistik.read(content, name="a.csv")),
    "mapped": (
        b'key;year;cases\n01001;2015;1,5\n01002;2016;-\n"01003";2017;"7"\n',
        lambda content: mapped.read(content, name="a.csv", mapping=MAPPING),
    ),
    "iris": (
        "a;b;c\nGebietskennziffer;Name;Steuer 1998\n010560002;Barmstedt, Stadt;29,9\n010560005;Bönningstedt;-\n".encode(),
        lambda content: iris.read(content, name="a.csv"),
    ),
    "gisd": (
        b'kreis_id,kreis_name,year,gisd_score,gisd_5\n01056,"Pinneberg, Kreis",1998,0.4,2\n01057,Ploen,1998,0.5,3\n',
        lambda content: gisd.read(content, name="a.csv"),
    ),
    "gv100ad": (directory().encode(), lambda content: gv100ad.read(content, name="a.txt", period="31.12.2022")),
}
MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 3),
        st.one_of(st.binary(max_size=4), st.sampled_from([b";", b'"', b"\n", b"\r", b",", b"2015", b"\xff", b"\0"])),
    ),
    min_size=1,
    max_size=4,
)
"""Where in the file, how many bytes go, and what stands in their place."""


def mutated(content: bytes, mutations: list[tuple[float, int, bytes]]) -> bytes:
    for place, gone, instead in mutations:
        at = int(place * len(content))
        content = content[:at] + instead + content[at + gone :]
    return content


def reading_of(read: Reads, content: bytes) -> Reading | None:
    """The reading, or None if the file was refused as it should be."""
    try:
        return read(content)
    except DeliveryError as error:
        refused = error
    assert all(finding.where and finding.what.endswith(".") and finding.remedy for finding in refused.findings)
    return None


def held(reading: Reading) -> Examined | None:
    """What the contract makes of a reading; None if it refuses the file as a whole."""
    try:
        return examined(reading, DECLARED)
    except DeliveryError:
        return None


@pytest.mark.parametrize("name", FILES)
@given(mutations=MUTATIONS)
def test_a_damaged_file_reads_in_the_form_of_every_reading_or_is_refused(
    name: str, mutations: list[tuple[float, int, bytes]]
) -> None:
    content, read = FILES[name]

    reading = reading_of(read, mutated(content, mutations))

    assert reading is None or dict(reading.observations.schema) == schema_of(reading.dimensions)


@pytest.mark.parametrize("name", FILES)
@given(mutations=MUTATIONS)
def test_no_damage_makes_a_number_of_a_gap_or_a_gap_of_a_number(
    name: str, mutations: list[tuple[float, int, bytes]]
) -> None:
    content, read = FILES[name]

    reading = reading_of(read, mutated(content, mutations))

    if reading is not None:
        rows = reading.observations
        assert set(rows["status"]) <= set(ALL_STATUSES)
        assert (rows["value"].is_not_null() == rows["status"].is_in(list(WITH_VALUE))).all()
        assert rows["value"].drop_nulls().is_finite().all()
        assert rows["period"].null_count() == 0


@pytest.mark.parametrize("name", FILES)
@given(mutations=MUTATIONS)
def test_rows_in_are_rows_accepted_and_rows_in_quarantine_whatever_the_damage(
    name: str, mutations: list[tuple[float, int, bytes]]
) -> None:
    content, read = FILES[name]
    reading = reading_of(read, mutated(content, mutations))
    found = held(reading) if reading is not None else None

    if reading is not None and found is not None:
        assert reading.rows_in == found.observations.height + len(found.rejected)


@pytest.mark.parametrize("name", FILES)
@given(kept=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_short_has_no_cell_that_the_whole_one_has_not(name: str, kept: float) -> None:
    """Only the last row can lose digits; where a format has no end of its own, that is for the contract to find."""
    content, read = FILES[name]
    whole = read(content).observations

    reading = reading_of(read, content[: int(kept * len(content))])

    if reading is not None:
        rows = reading.observations
        complete = rows.filter(pl.col("row") < pl.col("row").max())
        assert complete.join(whole, on=whole.columns, how="anti", nulls_equal=True).is_empty()


BOOKS: dict[str, tuple[bytes, Reads]] = {
    "inkar": (
        workbook(
            {"Daten": [["Kennziffer", "Raumeinheit", "Aggregat", "X"], ["", "", "", "2015"], ["01056", "P", "K", 3]]}
        ),
        lambda content: inkar.read(content, name="a.xls"),
    ),
    "umsteigeschluessel": (
        workbook(
            {
                "2020": [
                    [
                        "Gemeinden 31.12.2020",
                        "flächenproportionaler",
                        "bevölkerungsproportionaler",
                        "Gemeinden 31.12.2021",
                    ],
                    [1001001, 1, 1, 1001001],
                ]
            }
        ),
        lambda content: reforms.read_correspondence(content, name="a.xlsx"),
    ),
}


@pytest.mark.parametrize("name", BOOKS)
@given(mutations=MUTATIONS)
@settings(max_examples=50)
def test_a_damaged_workbook_reads_or_is_refused(name: str, mutations: list[tuple[float, int, bytes]]) -> None:
    content, read = BOOKS[name]

    reading = reading_of(read, mutated(content, mutations))

    assert reading is None or reading.rows_in > 0
