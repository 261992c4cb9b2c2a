"""From whole extracts with their history to spells: what an extract no longer says is closed, what it adds is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from gemeinsinn.concepts.registers import PID, RUN_ID, SYS_FROM, SYS_TO, VALID_FROM, VALID_TO, Register
from gemeinsinn.concepts.temporal import OPEN_RELEASE
from gemeinsinn.lake.restricted.spells import attribute_schema, spell_schema


@dataclass(frozen=True, slots=True)
class Extract:
    """One whole extract: its step, what it says, and the persons of whom it says something that is in quarantine."""

    step: int
    rows: pl.DataFrame
    """`pid`, `record_key`, the attributes, `valid_from`, `valid_to`."""
    unknown: Sequence[int] = ()


def merged(spells: pl.DataFrame | None, extracts: Sequence[Extract], register: Register, *, run: str) -> pl.DataFrame:
    """The spells after some extracts, in their order; a person in quarantine stays as believed before."""
    schema = spell_schema(register)
    key = [PID, *attribute_schema(register), VALID_FROM, VALID_TO]
    table = spells if spells is not None else pl.DataFrame(schema=schema)
    believed = table.filter(pl.col(SYS_TO) == OPEN_RELEASE)
    history = [table.filter(pl.col(SYS_TO) != OPEN_RELEASE)]
    for extract in extracts:
        fresh = extract.rows.filter(pl.col(VALID_FROM) < pl.col(VALID_TO)).unique(key, maintain_order=True)
        is_unknown = pl.col(PID).is_in(pl.Series(extract.unknown, dtype=pl.Int64).implode())
        stays = believed.filter(is_unknown)
        fresh, compared = fresh.filter(~is_unknown), believed.filter(~is_unknown)
        gone = compared.join(fresh.select(key), on=key, how="anti", nulls_equal=True)
        new = fresh.join(compared.select(key), on=key, how="anti", nulls_equal=True)
        history.append(gone.with_columns(pl.lit(extract.step, dtype=pl.Int64).alias(SYS_TO)))
        opened = new.with_columns(
            pl.lit(extract.step, dtype=pl.Int64).alias(SYS_FROM),
            pl.lit(OPEN_RELEASE, dtype=pl.Int64).alias(SYS_TO),
            pl.lit(run).alias(RUN_ID),
        )
        still = compared.join(fresh.select(key), on=key, how="semi", nulls_equal=True)
        believed = pl.concat([stays, still, opened.select(list(schema)).cast(schema)])
    return pl.concat([*history, believed])
