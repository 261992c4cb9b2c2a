"""The serving index: what it holds, and what it leaves away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gemeinsinn.concepts.registers import Question
from gemeinsinn.errors import NotYetKnownError
from gemeinsinn.lake.restricted import fast
from gemeinsinn.lake.restricted.index import UNKNOWN, built, opened, saved
from gemeinsinn.lake.restricted.resolved import resolved
from support.key_dates import AREAS, REGISTER, plainly_counted, spells


MARRIED_TWICE = """
person | lives in | marital | born       | from       | until
Anna   | Astadt   | single  | 1980-03-01 | 2005-01-01 | 2010-06-01
Anna   | Astadt   | married | 1980-03-01 | 2010-06-01 | 2015-06-01
Anna   | Astadt   | widowed | 1980-03-01 | 2015-06-01 | 2018-01-01
Anna   | Astadt   | married | 1980-03-01 | 2019-01-01 |
Ben    | Astadt   | single  | 1980-03-01 | 2010-06-01 |
"""


def test_what_changed_outside_of_the_index_does_not_divide_a_stay() -> None:
    index = built(spells(MARRIED_TWICE).lazy(), REGISTER, step=1)

    assert index.births.size == 3


def test_a_joined_stay_counts_as_its_parts_did() -> None:
    rows = spells(MARRIED_TWICE)
    days = tuple(date(year, month, 1) for year in range(2004, 2021) for month in (1, 6))
    asked = resolved(Question("residents", days, ("age",)), REGISTER, AREAS)

    found = fast.counted(built(rows.lazy(), REGISTER, step=1), asked)

    expected = plainly_counted(rows, asked, step=1)
    assert found.counts.tolist() == expected.counts.tolist()
    assert found.keys.tolist() == expected.keys.tolist()


def test_several_indexes_count_as_one_of_all_their_people() -> None:
    rows = spells(MARRIED_TWICE)
    parts = [rows.filter(rows["pid"] == pid) for pid in rows["pid"].unique()]
    asked = resolved(Question("residents", (date(2012, 1, 1), date(2020, 1, 1)), ("sex", "age_class")), REGISTER, AREAS)

    together = fast.counted_together([built(part.lazy(), REGISTER, step=1) for part in parts], asked)

    assert together.counts.tolist() == fast.counted(built(rows.lazy(), REGISTER, step=1), asked).counts.tolist()


def test_codes_without_a_category_are_counted_only_where_nobody_asks_for_them() -> None:
    rows = spells("person | lives in | from\nAnna | Astadt | 2010-01-01")
    strange = rows.with_columns(nationality=999)
    index = built(strange.lazy(), REGISTER, step=1)
    day = (date(2020, 1, 1),)

    assert index.dimensions[-1].codes[-1] == UNKNOWN
    assert fast.counted(index, resolved(Question("residents", day), REGISTER, AREAS)).counts.sum() == 1
    by_group = resolved(Question("residents", day, ("nationality_group",)), REGISTER, AREAS)
    assert fast.counted(index, by_group).counts.sum() == 0


def test_days_far_from_the_data_are_refused_and_not_counted_wrongly() -> None:
    index = built(spells(MARRIED_TWICE).lazy(), REGISTER, step=1)

    with pytest.raises(NotYetKnownError, match="lies outside of what the index serves"):
        fast.counted(index, resolved(Question("residents", (date(2200, 1, 1),)), REGISTER, AREAS))


def test_an_index_holds_no_pseudonym_and_no_day_of_anybody_s_own(tmp_path: Path) -> None:
    rows = spells(MARRIED_TWICE)
    saved(built(rows.lazy(), REGISTER, step=1), tmp_path / "index")

    content = b"".join(path.read_bytes() for path in sorted((tmp_path / "index").iterdir()))

    for pid in rows["pid"].unique():
        assert int(pid).to_bytes(8, "little") not in content


def test_an_index_of_another_format_is_not_read(tmp_path: Path) -> None:
    saved(built(spells(MARRIED_TWICE).lazy(), REGISTER, step=1), tmp_path / "index")
    about = tmp_path / "index" / "index.json"
    about.write_text(about.read_text().replace('"format": 1', '"format": 0'))

    assert opened(tmp_path / "index") is None
    assert opened(tmp_path / "nothing") is None
