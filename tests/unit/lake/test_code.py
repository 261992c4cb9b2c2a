"""Which code made a table: a name that changes with the code, and only with it."""

from __future__ import annotations

from gemeinsinn import __version__
from gemeinsinn.lake.code import PUBLISHING, READING, code_version


def test_the_name_begins_with_the_version() -> None:
    assert code_version().startswith(f"{__version__}+")


def test_the_same_rooms_have_the_same_name() -> None:
    assert code_version(READING) == code_version(READING)


def test_other_rooms_have_another_name() -> None:
    assert code_version(READING) != code_version(PUBLISHING)
