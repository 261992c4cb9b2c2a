"""Text as German authorities send it: encodings, decimal commas, and the signs that stand for a missing value."""

from __future__ import annotations

import polars as pl

from gemeinsinn.concepts.observations import STATUS_OF_SIGN, ObsStatus


def decoded(content: bytes, *, encoding: str = "") -> tuple[str, str]:
    """Text and encoding: the declared one, else UTF-8 (with or without mark), else Windows-1252.

    Windows-1252 contains ISO-8859-1 and maps nearly every byte, so it comes last.
    """
    if encoding:
        return content.decode(encoding), encoding
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return content.decode("iso-8859-1"), "iso-8859-1"


def with_values(
    cells: pl.DataFrame, *, decimal: str = ",", grouping: str = "", marks: dict[str, ObsStatus] | None = None
) -> pl.DataFrame:
    """Turn the column `text` into `value` and `status`; a cell that is neither number nor sign gets no status.

    A number in brackets is a value of limited reliability. A German thousands mark is removed only where it is
    declared, because `1.234` is a decimal number elsewhere.
    """
    signs = {**STATUS_OF_SIGN, **(marks or {})}
    text = pl.col("text").fill_null("").str.strip_chars()
    weak = text.str.contains(r"^\(\s*[-+0-9.,\s]+\)$")
    bare = text.str.strip_chars("()").str.strip_chars()
    number = bare.str.replace_all(grouping, "", literal=True) if grouping else bare
    if decimal != ".":
        number = number.str.replace(decimal, ".", literal=True)
    plain = pl.when(number.str.contains(r"^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$")).then(number)
    value = plain.otherwise(None).cast(pl.Float64)
    sign = text.replace_strict(list(signs), [str(status) for status in signs.values()], default=None)
    status = (
        pl.when(value.is_null())
        .then(sign)
        .when(weak)
        .then(pl.lit(str(ObsStatus.WEAK)))
        .otherwise(pl.lit(str(ObsStatus.NORMAL)))
    )
    return cells.with_columns(value.alias("value"), status.alias("status"))
