"""What `check` says of an instance besides mistakes."""

from __future__ import annotations

from pathlib import Path

from gemeinsinn.pipeline.check import checked
from support.tiny import SHARE, tiny_instance


def test_a_register_that_indicators_ask_and_nobody_declares_is_told_as_one(tmp_path: Path) -> None:
    text = SHARE.replace("numerator: {table: cases}", "numerator: {register: residents, on: key_date}")
    instance = tiny_instance(tmp_path, files={"catalogue/life/cases_share.yaml": text})

    found = checked(instance)

    assert "1 registers that indicators ask are not declared in registers.yaml: residents" in found.notes
    assert not [note for note in found.notes if "sources that tables name" in note]
    assert found.tables == 2
