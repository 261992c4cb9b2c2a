"""The landing zone: bytes as they came, under their SHA-256, with the record of their first arrival."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from gemeinsinn.lake.landing import Landing


MONDAY, TUESDAY = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)


def keep(landing: Landing, content: bytes, *, name: str = "a.csv", at: datetime = MONDAY) -> str:
    return landing.keep(content, source="births", name=name, origin={"publisher": "Amt"}, at=at)


def test_bytes_are_kept_under_their_digest(tmp_path: Path) -> None:
    landing = Landing(tmp_path)

    digest = keep(landing, b"a;b\r\n\xff")

    assert digest == hashlib.sha256(b"a;b\r\n\xff").hexdigest()
    assert landing.content(digest) == b"a;b\r\n\xff"


def test_a_record_beside_them_says_where_and_when_they_came_from(tmp_path: Path) -> None:
    digest = keep(Landing(tmp_path), b"a;b")

    record = json.loads((tmp_path / digest[:2] / f"{digest}.json").read_text(encoding="utf-8"))

    assert record == {
        "source": "births",
        "name": "a.csv",
        "received_at": "2026-01-05T00:00:00+00:00",
        "bytes": 3,
        "origin": {"publisher": "Amt"},
    }


def test_the_same_bytes_are_kept_once_with_their_first_record(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = keep(landing, b"a;b")

    again = keep(landing, b"a;b", name="b.csv", at=TUESDAY)

    assert again == first
    assert len(list(tmp_path.rglob(f"{first}*"))) == 2
    assert b"a.csv" in (tmp_path / first[:2] / f"{first}.json").read_bytes()


def test_it_is_known_what_came_before(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    digest = keep(landing, b"a;b")

    assert landing.has(digest)
    assert not landing.has("0" * 64)
