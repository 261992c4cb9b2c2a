"""A small synthetic county: what the five systems deliver can be read, hangs together, and is the same each time."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from gemeinsinn.cli.main import main
from gemeinsinn.errors import SettingsError
from gemeinsinn.synthetic import benefits, care, youth_welfare
from gemeinsinn.synthetic.county import MARK, write_county
from gemeinsinn.synthetic.residents import COLUMNS
from gemeinsinn.synthetic.workdays import working_days
from support.synthetic import SMALL, pinneberg


ENTERING, LEAVING, LATER = {"BE", "GE", "ZU"}, {"WE", "ST"}, {"KO", "SO"}
Row = dict[str, str]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "county"
    write_county(pinneberg(), SMALL, folder)
    return folder


@pytest.fixture(scope="module")
def rows(county: Path) -> list[Row]:
    """All rows of the resident register in the order of delivery."""
    return [row for file in register_files(county) for row in unpacked(file)]


def register_files(county: Path) -> list[Path]:
    stock = sorted((county / "residents").glob("bestand_*.csv.gz"))
    return [*stock, *sorted((county / "residents").glob("*/aenderungen_*.csv.gz"))]


def unpacked(file: Path) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text, delimiter="|", quoting=csv.QUOTE_NONE)


def believed(rows: list[Row]) -> dict[str, list[Row]]:
    """What holds in the end: the last state of every event that was not cancelled, by person in order of effect."""
    events: dict[str, Row] = {}
    for row in rows:
        if row["satzart"] == "SO":
            del events[row["bezug_ereignis_id"]]
        elif row["satzart"] == "KO":
            event = row["bezug_ereignis_id"]
            events[event] = row | {"satzart": events[event]["satzart"], "ereignis_id": event}
        else:
            events[row["ereignis_id"]] = row
    people: dict[str, list[Row]] = defaultdict(list)
    for row in events.values():
        people[row["ordnungsmerkmal"]].append(row)
    order = ["BE", "GE", "ZU", "SA", "FA", "UM", "WE", "ST"]
    return {
        person: sorted(own, key=lambda row: (row["wirksam_am"], order.index(row["satzart"])))
        for person, own in people.items()
    }


def test_the_folder_says_that_everything_in_it_is_invented(county: Path) -> None:
    mark = json.loads((county / MARK).read_text(encoding="utf-8"))

    assert mark["synthetic"] is True
    assert (mark["seed"], mark["residents"], mark["from"], mark["to"]) == (7, 9_000, "2014-01-01", "2016-12-31")


def test_the_register_delivers_on_every_working_day_and_on_no_other(county: Path) -> None:
    names = [file.name for file in sorted((county / "residents").glob("*/aenderungen_*.csv.gz"))]

    days = working_days(date(2014, 1, 1), date(2016, 12, 31))

    assert names == [f"aenderungen_{day:%Y%m%d}.csv.gz" for day in days]


def test_a_file_of_changes_holds_what_was_entered_since_the_last_one(county: Path) -> None:
    before = "20140101"
    for file in sorted((county / "residents").glob("*/aenderungen_*.csv.gz")):
        day = file.name[12:20]
        entered = [row["erfasst_am"] for row in unpacked(file)]

        assert all(before < each <= day or day == "20140102" for each in entered), file.name
        before = day


def test_every_row_has_all_columns_in_their_form(rows: list[Row]) -> None:
    codes = {"LD", "VH", "VW", "GS", "LP", "LV", "LA", "EA", "NB"}
    keys = {each.key for each in pinneberg().municipalities}

    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert None not in row.values()
        assert row["geschlecht"] in "mwdx"
        assert row["familienstand"] in codes
        assert row["ags"] in keys
        assert len(row["staatsangehoerigkeit"]) == 3
        assert row["staatsangehoerigkeit"].isdigit()
        assert len(row["ordnungsmerkmal"]) == 12
        assert row["sozialraum"].startswith(row["ags"])
        assert row["familienname"]
        assert row["vornamen"]
        assert row["strasse"]
        assert row["geburtsdatum"] <= row["wirksam_am"] <= row["erfasst_am"] or row["satzart"] == "BE"


def test_every_event_has_its_own_number_and_a_person_who_had_entered_before(rows: list[Row]) -> None:
    known: set[str] = set()
    for row in rows:
        if row["satzart"] in ENTERING:
            known.add(row["ordnungsmerkmal"])
        assert row["ordnungsmerkmal"] in known, row["satzart"]

    assert len({row["ereignis_id"] for row in rows}) == len(rows)


def test_corrections_and_cancellations_name_an_event_of_the_same_person_delivered_before(rows: list[Row]) -> None:
    person_of: dict[str, str] = {}
    gone: set[str] = set()
    for row in rows:
        if row["satzart"] in LATER:
            named = row["bezug_ereignis_id"]
            assert person_of[named] == row["ordnungsmerkmal"]
            assert named not in gone
            if row["satzart"] == "SO":
                gone.add(named)
        else:
            assert row["bezug_ereignis_id"] == ""
            person_of[row["ereignis_id"]] = row["ordnungsmerkmal"]


def test_every_quirk_occurs_about_as_often_as_ordered(rows: list[Row]) -> None:
    kinds = Counter(row["satzart"] for row in rows)
    events = [row for row in rows if row["satzart"] not in LATER | {"BE"}]
    delays = [(day(row["erfasst_am"]) - day(row["wirksam_am"])).days for row in events]
    corrected = Counter(row["bezug_ereignis_id"] for row in rows if row["satzart"] == "KO")
    people = believed(rows)
    returned = [
        person
        for person, own in people.items()
        if any(row["satzart"] == "WE" for row in own) and own[-1]["satzart"] == "ZU"
    ]

    assert 0.04 < sum(delay > 30 for delay in delays) / len(events) < 0.12
    assert any(delay > 365 for delay in delays)
    assert 0.015 < kinds["KO"] / len(events) < 0.06
    assert max(corrected.values()) > 1
    assert kinds["SO"] > 5
    assert len(returned) > 5
    assert all(kinds[kind] > 0 for kind in ("BE", "GE", "ST", "ZU", "WE", "UM", "SA", "FA"))


def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def test_nobody_dies_twice_moves_after_death_or_is_away_twice(rows: list[Row]) -> None:
    for own in believed(rows).values():
        here = False
        for at, row in enumerate(own):
            assert here != (row["satzart"] in ENTERING), (row["satzart"], at)
            here = row["satzart"] not in LEAVING
        assert sum(row["satzart"] == "ST" for row in own) <= 1
        assert all(row["satzart"] != "ST" for row in own[:-1])


def test_stock_and_flows_explain_the_stock_at_the_end(rows: list[Row]) -> None:
    people = believed(rows)
    kinds = Counter(row["satzart"] for own in people.values() for row in own)

    present = sum(own[-1]["satzart"] not in LEAVING for own in people.values())

    assert present == kinds["BE"] + kinds["GE"] + kinds["ZU"] - kinds["WE"] - kinds["ST"]
    assert present == pytest.approx(pinneberg().residents(2016).sum() * 9_000 / pinneberg().size, rel=0.02)


def test_ages_are_those_of_people(rows: list[Row]) -> None:
    for own in believed(rows).values():
        for row in own:
            told = row["erfasst_am"] if row["satzart"] == "BE" else row["wirksam_am"]
            age = int(told[:4]) - int(row["geburtsdatum"][:4])
            assert 0 <= age <= 112
            assert row["familienstand"] in ("LD", "NB") or age >= 16


def test_two_processes_write_the_same_bytes_as_one(county: Path, tmp_path: Path) -> None:
    write_county(pinneberg(), SMALL, tmp_path / "again", processes=2)

    assert contents(tmp_path / "again") == contents(county)


def test_another_seed_makes_other_people(county: Path, tmp_path: Path) -> None:
    other = type(SMALL)(seed=8, residents=1_000, first_year=2014, last_year=2014, block=1_000)
    same = type(SMALL)(seed=9, residents=1_000, first_year=2014, last_year=2014, block=1_000)

    write_county(pinneberg(), other, tmp_path / "other")
    write_county(pinneberg(), same, tmp_path / "same")

    one, two = contents(tmp_path / "other"), contents(tmp_path / "same")
    stock = next(name for name in one if "bestand" in name)
    assert one[stock] != two[stock]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")

    with pytest.raises(SettingsError, match="is not empty"):
        write_county(pinneberg(), SMALL, tmp_path)


def test_benefits_are_a_state_a_month_with_one_row_a_case(county: Path) -> None:
    states = sorted((county / "benefits").glob("stand_*/leistungsfall.csv"))

    assert len(states) == 36
    assert "CREATE TABLE fachverfahren.leistungsfall" in (states[0].parent / "schema.sql").read_text(encoding="utf-8")
    for file in states:
        month = date(int(file.parent.name[6:10]), int(file.parent.name[11:]), 28)
        table = pl.read_csv(
            file, schema_overrides={"gemeinde_nr": pl.String, "bg_nummer": pl.String}, try_parse_dates=True
        )
        assert tuple(table.columns) == benefits.COLUMNS
        assert table["fall_nr"].is_unique().all()
        assert set(table["rechtskreis"]) == set(benefits.LAWS)
        assert (table["geb_datum"] <= table["beginn"]).all()
        assert (table["beginn"].dt.month_start() <= month.replace(day=1)).all()
        assert table["betrag_eur"].min() > 0


def test_the_share_of_residents_on_sgb_2_is_near_the_published_one(county: Path) -> None:
    table = pl.read_csv(county / "benefits" / "stand_2015-12" / "leistungsfall.csv", infer_schema=False)

    found = table.filter(pl.col("rechtskreis") == "SGB II").height

    # 22811-01-01-4: 19,175 people on 31.12.2015
    assert found == pytest.approx(19_175 * 9_000 / pinneberg().size, rel=0.2)


def test_youth_welfare_tells_its_history_in_the_old_encoding(county: Path) -> None:
    extracts = sorted((county / "youth_welfare").glob("*.csv"))
    tables = [list(csv.DictReader(io.StringIO(file.read_bytes().decode("cp1252")), delimiter=";")) for file in extracts]

    assert [file.name for file in extracts][:2] == ["jugendhilfe_2014-Q1.csv", "jugendhilfe_2014-Q2.csv"]
    assert tuple(tables[0][0]) == youth_welfare.COLUMNS
    for earlier, later in pairwise(tables):
        assert {row["Fall-Nr."] for row in earlier} <= {row["Fall-Nr."] for row in later}
    begins = [{row["Fall-Nr."]: (row["Beginn"], row["Hilfeart"]) for row in table} for table in tables]
    changed = sum(begins[-1][case] != told for table in begins for case, told in table.items())
    assert changed > 0
    for row in tables[-1]:
        begin, end = (german(row[name]) for name in ("Beginn", "Ende"))
        assert german(row["Geburtsdatum"]) <= begin
        assert row["Hilfeart"] in youth_welfare.KINDS
        assert row["Geschlecht"] in youth_welfare.SEXES
        assert not row["Ende"] or begin < end
    with pytest.raises(UnicodeDecodeError):
        extracts[0].read_bytes().decode("utf-8")


def german(text: str) -> date:
    return date(int(text[6:]), int(text[3:5]), int(text[:2])) if text else date.max


def test_childcare_is_a_workbook_a_provider_with_titles_above_and_a_sum_below(county: Path) -> None:
    files = sorted((county / "childcare").glob("*/*.xlsx"))
    heads: set[tuple[str, ...]] = set()
    children = 0
    for file in files:
        sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        at = next(number for number, row in enumerate(sheet) if "Std./Woche" in row)
        heads.add(tuple(map(str, sheet[at])))
        assert at >= 2
        assert sheet[-1][1] == len(sheet) - at - 2
        children += len(sheet) - at - 2 if file.parent.name == "2016" else 0

    assert {file.parent.name for file in files} == {"2014", "2015", "2016"}
    assert len(heads) > 3
    # 22541-01-04-4: 11,643 places on 1.3.2016, beside childminders
    assert children == pytest.approx(12_000 * 9_000 / pinneberg().size, rel=0.15)


def test_care_lists_everybody_each_month_with_keys_that_lost_their_zero(county: Path) -> None:
    extracts = sorted((county / "care").glob("pflege_*.csv"))
    raw = (county / "care" / "pflege_2015-12.csv").read_bytes()
    table = pl.read_csv(io.BytesIO(raw), separator=";", try_parse_dates=True)

    assert len(extracts) == 36
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\xef\xbb\xbf") == 1
    assert tuple(table.columns) == care.COLUMNS
    assert table["VersNr"].is_unique().all()
    assert set(table["GemSchl"].cast(pl.String).str.len_chars()) == {7}
    assert table["Pflegegrad"].is_between(1, 5).all()
    assert (table["GebDat"] <= table["Beginn"]).all()
    # 22411-02-02-4: 9,250 people in need of care on 31.12.2015
    assert table.height == pytest.approx(9_250 * 9_000 / pinneberg().size, rel=0.15)


def test_the_command_line_makes_a_county_and_prints_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    order = ["--seed", "3", "--residents", "600", "--from", "2015", "--to", "2015", "--out", str(out)]

    with pytest.raises(SystemExit) as left:
        main(["synth", "county", *order, "--json"])

    document = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert document["files"].keys() == {"residents", "benefits", "youth_welfare", "childcare", "care"}
    assert (document["synthetic"], document["from"], document["to"]) == (True, "2015-01-01", "2015-12-31")
    assert document["files"]["care"] == 12


@pytest.mark.parametrize(
    ("order", "code", "message"),
    [
        (["--residents", "3"], 2, "a county of 3 residents is not possible. Order 500 to 100,000,000."),
        (["--from", "2020", "--to", "2019"], 2, "a county from 2020 to 2019 is not possible."),
        (["--residents", "600"], 8, "is not empty. Choose an empty folder with --out."),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_in_a_sentence(
    order: list[str], code: int, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("")

    with pytest.raises(SystemExit) as left:
        main(["synth", "county", *order, "--out", str(tmp_path)])

    assert left.value.code == code
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_instance_without_a_county_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "gemeinsinn.toml").write_text('[instance]\nname_de = "x"\n\n[areas]\nhome = "DG"\n')

    with pytest.raises(SystemExit) as left:
        main(["synth", "county", "--instance", str(tmp_path / "here"), "--out", str(tmp_path / "out")])

    assert left.value.code == 3
    assert "a synthetic county needs a county, and `home` is 'DG'." in capsys.readouterr().err
