"""Records that leave: what comes out of which column, and what stops everything."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from gemeinsinn.errors import DefinitionError, DeliveryError, DisclosureError, GemeinsinnError
from gemeinsinn.gate import coding, records
from gemeinsinn.gate.coding import as_typed
from gemeinsinn.gate.records import ReleasedRecords, anonymised
from gemeinsinn.protect.records.classes import by_number
from gemeinsinn.protect.records.levels import Level
from gemeinsinn.protect.records.terms import Numbers, RecordTerms
from gemeinsinn.protect.register_terms import ColumnClass
from gemeinsinn.protect.tables.hierarchies import from_pairs
from support.messages import unprovoked


TOWNS = from_pairs(
    [("a", "north"), ("b", "north"), ("c", "south"), ("d", "south"), ("north", "all"), ("south", "all")], name="towns"
)
KINDS = {
    "name": ColumnClass.IDENTIFYING,
    "town": ColumnClass.QUASI_IDENTIFYING,
    "age": ColumnClass.QUASI_IDENTIFYING,
    "born": ColumnClass.QUASI_IDENTIFYING,
    "sex": ColumnClass.QUASI_IDENTIFYING,
    "grade": ColumnClass.SENSITIVE,
    "wave": ColumnClass.OTHER,
}


def people(number: int = 400, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    ages = rng.integers(0, 95, number)
    return pl.DataFrame(
        {
            "name": [f"Person {at}" for at in range(number)],
            "town": rng.choice(["a", "b", "c", "d"], number, p=[0.6, 0.3, 0.09, 0.01]),
            "age": ages,
            "born": [date(2020 - int(age), 1 + at % 12, 1) for at, age in enumerate(ages)],
            "sex": rng.choice(["female", "male"], number),
            "grade": rng.choice(["0", "1", "2"], number, p=[0.6, 0.3, 0.1]),
            "wave": rng.integers(1, 3, number),
        }
    )


FIVE = Level(5, l=2)


def terms(level: Level = FIVE, **more: object) -> RecordTerms:
    return RecordTerms(level, **{"classes": KINDS, "max_suppressed": 0.0, **more})  # type: ignore[arg-type]


def released(frame: pl.DataFrame | None = None, **more: object) -> ReleasedRecords:
    return anonymised(people() if frame is None else frame, terms(**more), hierarchies={"town": TOWNS})


def refusal(kind: type[GemeinsinnError], frame: pl.DataFrame, **more: object) -> str:
    with pytest.raises(kind) as raised:
        anonymised(frame, terms(**more), hierarchies={"town": TOWNS})
    return str(raised.value)


def test_identifying_columns_do_not_leave_and_all_others_do() -> None:
    assert released().table.columns == ["town", "age", "born", "sex", "grade", "wave"]


def test_every_row_is_like_enough_others_in_what_is_written() -> None:
    """Counted by another program than the one that made the classes. Seen to fail with boxes of one record less than k."""
    table = released().table

    found = table.group_by("town", "age", "born", "sex").agg(pl.len(), pl.col("grade").n_unique())

    assert found["len"].min() >= 5
    assert found["grade"].min() >= 2


def test_what_is_written_holds_for_the_record_behind_it() -> None:
    frame = people(60).with_columns(wave=pl.lit(1), name=pl.lit("x"))
    frame = frame.with_columns(grade=pl.int_range(60).cast(pl.String))

    table = released(frame).table.join(frame, on="grade", suffix="_was")

    for row in table.iter_rows(named=True):
        low, _, high = row["age"].partition("..")
        assert int(low) <= row["age_was"] <= int(high or low)
        first, _, last = row["born"].partition("..")
        assert first <= row["born_was"].isoformat() <= (last or first)
        above = {"a": "north", "b": "north", "c": "south", "d": "south"}
        assert row["town"] in (row["town_was"], above[row["town_was"]], "all")
        assert row["sex"] in (row["sex_was"], "*")


def test_the_place_of_a_row_tells_nothing() -> None:
    """The same people in another order come out in the same order. Seen to fail without sorting."""
    frame = people(200)

    first, second = released(frame).table, released(frame.reverse()).table

    assert first.sort(first.columns).equals(first)
    assert second.sort(second.columns).equals(second)


def test_bounds_are_columns_of_the_type_of_the_column() -> None:
    table = released(numbers=Numbers.BOUNDS).table

    assert table.schema["age_from"] == table.schema["age_to"] == pl.Int64
    assert table.schema["born_from"] == pl.Date
    assert (table["age_from"] <= table["age_to"]).all()


def test_bounds_that_meet_a_column_of_their_name_are_refused() -> None:
    frame = people().rename({"wave": "age_to"})
    classes = {**{name: kind for name, kind in KINDS.items() if name != "wave"}, "age_to": ColumnClass.OTHER}

    told = refusal(DefinitionError, frame, classes=classes, numbers=Numbers.BOUNDS)

    assert "two columns would be called 'age_to'." in told


def test_missing_numbers_are_never_mixed_with_others() -> None:
    frame = people().with_columns(age=pl.when(pl.int_range(400) < 20).then(None).otherwise(pl.col("age")))

    table = released(frame).table

    assert table["age"].null_count() == 20
    assert table.filter(pl.col("age").is_null()).group_by("town", "born", "sex").len()["len"].min() >= 5


def test_few_missing_numbers_stay_behind() -> None:
    frame = people().with_columns(age=pl.when(pl.int_range(400) < 2).then(None).otherwise(pl.col("age")))

    told = refusal(DisclosureError, frame)
    found = released(frame, max_suppressed=0.01)

    assert "2 of 400 records (0.5 %) cannot be placed" in told
    assert (found.report.suppressed, found.table.height) == (2, 398)


def test_a_missing_word_is_a_branch_of_its_own() -> None:
    frame = people().with_columns(sex=pl.when(pl.int_range(400) < 2).then(None).otherwise(pl.col("sex")))

    table = released(frame).table

    assert table.height == 400
    assert (table["sex"] == "*").sum() >= 5


def test_columns_apart_are_never_generalised() -> None:
    table = released(apart=("sex",)).table

    assert set(table["sex"]) == {"female", "male"}


def test_numbers_that_are_codes_have_no_order() -> None:
    frame = people().with_columns(sex=pl.int_range(400) % 2 + 10)

    assert set(released(frame, nominal=("sex",)).table["sex"]) <= {"10", "11", "*"}
    assert set(released(frame).table["sex"]) <= {"10", "11", "10..11"}


def test_words_may_have_an_order() -> None:
    frame = people().with_columns(sex=pl.Series(np.random.default_rng(0).choice(["low", "mid", "high"], 400)))

    told = set(released(frame, orders={"sex": ("low", "mid", "high")}).table["sex"])

    assert told <= {"low", "mid", "high", "low..mid", "mid..high", "low..high"}


def test_k_counts_people_where_they_have_several_records() -> None:
    """Every person has five records that differ in nothing, and a grade of their own by which one can count people."""
    frame = pl.concat([people(100).with_columns(grade=pl.col("name"), wave=pl.lit(1))] * 5)

    def fewest_people(found: ReleasedRecords) -> int:
        groups = found.table.group_by("town", "age", "born", "sex")
        return int(groups.agg(pl.col("grade").n_unique())["grade"].min())

    assert fewest_people(released(frame, level=Level(5))) == 1
    assert fewest_people(released(frame, level=Level(5), units="name")) == 5


@pytest.mark.parametrize("arrow", ["polars", "pyarrow", "pandas", "capsule"])
def test_any_arrow_table_comes_in_and_goes_out(arrow: str) -> None:
    frame = people()
    if arrow in ("pyarrow", "pandas"):
        pytest.importorskip(arrow)
    made = {
        "polars": lambda: frame,
        "pyarrow": frame.to_arrow,
        "pandas": lambda: frame.to_pandas(use_pyarrow_extension_array=True),
        "capsule": lambda: _OnlyACapsule(frame),
    }

    found = anonymised(made[arrow](), terms(), hierarchies={"town": TOWNS})

    assert pl.DataFrame(found).equals(released().table)


class _OnlyACapsule:
    """A table of which nothing is known but its capsule."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def test_the_report_tells_before_and_after() -> None:
    found = released().report

    assert (found.before.k, found.after.k >= 5) == (1, True)
    assert found.after.attributes["grade"].distinct_min >= 2
    assert found.document["asked"] == {"k": 5, "l": 2, "diversity": "distinct", "t": None}
    assert 0 < found.loss.mean_penalty < 1
    assert "Person 1" not in str(found.document)


def test_a_sensitive_column_of_which_nothing_is_asked_is_noted() -> None:
    notes = released(level=Level(5)).report.notes

    assert notes == ("Nothing is asked of 'grade': all records of a class may have the same value.",)


def test_a_sensitive_column_that_names_people_is_noted() -> None:
    notes = released(people().with_columns(grade=pl.int_range(400))).report.notes

    assert "Most values of 'grade' occur once" in notes[0]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "20", None], pl.Int64),
        (["1", "-3"], pl.Int64),
        (["01056015", "01056039"], pl.String),
        (["1.5", "2"], pl.Float64),
        (["1,5", "2"], pl.Float64),
        (["2020-02-29", "1999-01-01"], pl.Date),
        (["2021-02-29", "1999-01-01"], pl.String),
        (["a", "1"], pl.String),
        ([None, None], pl.String),
    ],
)
def test_texts_are_what_they_all_are(texts: list[str | None], kind: pl.DataType) -> None:
    """A code with a leading zero is no number."""
    assert as_typed(pl.Series(texts, dtype=pl.String)).dtype == kind


STOPPED = [
    (
        lambda: people().with_columns(x=pl.lit(1)),
        {},
        DisclosureError,
        "the policy does not say what the column 'x' is.",
    ),
    (
        lambda: people().with_columns(wave=pl.int_range(400)),
        {},
        DisclosureError,
        "wave: 400 of 400 records have a value in this column that fewer than 5 have. It works like a number of a person",
    ),
    (
        lambda: people().with_columns(town=pl.lit("elsewhere")),
        {},
        DeliveryError,
        "town: 400 records have 1 values that the hierarchy of the policy does not know. The first stands in row 2",
    ),
    (
        lambda: people(),
        {"orders": {"grade": ("0", "1")}},
        DeliveryError,
        "values that the order of the policy does not know.",
    ),
    (
        lambda: people().with_columns(age=pl.concat_list("age", "age")),
        {},
        DeliveryError,
        "age: the column holds List(Int64), which is no single value.",
    ),
    (
        lambda: people(4).drop("wave"),
        {"classes": {name: kind for name, kind in KINDS.items() if name != "wave"}},
        DisclosureError,
        "only 4 are alike, and k asks for 5.",
    ),
]


@pytest.mark.parametrize(("frame", "more", "kind", "message"), STOPPED)
def test_what_stops_everything(
    frame: object, more: dict[str, object], kind: type[GemeinsinnError], message: str
) -> None:
    assert message in refusal(kind, frame(), **more)  # type: ignore[operator]


def test_values_of_records_stand_in_no_message() -> None:
    told = refusal(DeliveryError, people().with_columns(town=pl.lit("elsewhere")))

    assert "elsewhere" not in told


NO_HIERARCHY = "the hierarchy is of a column that is not quasi_identifying."
NO_TREE = "a code of the hierarchy is part of two."


def test_hierarchies_are_trees_of_generalised_columns() -> None:
    two = from_pairs([("a", "x"), ("a", "y"), ("x", "all"), ("y", "all")], name="h", overlap=True)

    with pytest.raises(DefinitionError) as raised:
        anonymised(people(), terms(), hierarchies={"grade": TOWNS, "town": two})

    assert NO_HIERARCHY in str(raised.value)
    assert NO_TREE in str(raised.value)


def test_what_is_written_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels that tell more than the classes do must not leave: here every record is told by itself."""
    monkeypatch.setattr(records, "_classes_of", lambda told, records: by_number(np.arange(records), records))

    with pytest.raises(
        DisclosureError, match=r"only 1 are alike, and k asks for 5\. Nothing was written\. Please report"
    ):
        released()


def test_every_message_is_provoked() -> None:
    told = [message for *_, message in STOPPED]
    told += [NO_HIERARCHY, NO_TREE, "two columns would be called 'age_to'.", "Nothing was written. Please report this."]

    assert unprovoked(coding, told) == []
    assert unprovoked(records, [*told, "only 1 are alike, and k asks for 5."]) == []
