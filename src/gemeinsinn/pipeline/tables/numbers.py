"""Numbers in the columns of a table: whole counts, sums with decimals, and every cell that holds neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DeliveryError, Finding
from gemeinsinn.pipeline.tables.csv_file import CsvFile, told


Where = Callable[[int], str]
"""Names the row and cell of a place in a column."""

_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_LARGEST_COUNT = 2**53
"""Up to here a count is exact as a floating-point number."""


def counts(file: CsvFile, column: str, where: Where) -> NDArray[np.float64]:
    """A column of counts; `DeliveryError` names every cell that is empty, negative, with decimals or no number."""
    texts = file.column(column) or ()
    wrong = [
        Finding(where(place), *_not_a_count(text.strip(), column))
        for place, text in enumerate(texts)
        if not (_WHOLE.fullmatch(text.strip()) and int(text) <= _LARGEST_COUNT)
    ]
    if wrong:
        raise DeliveryError(told(wrong, file.name))
    return np.array([int(text) for text in texts], dtype=np.float64)


def _not_a_count(text: str, column: str) -> tuple[str, str]:
    if not text:
        return f"`{column}` is empty.", "Write the count, 0 if there is nobody."
    if not _NUMBER.fullmatch(text):
        return f"`{column}` is '{text}', and no number.", "Write digits only, without signs and thousands marks."
    if text.startswith("-"):
        return f"`{column}` is {text}: a count is not negative.", "Correct it; sums go into a column `value`."
    if _WHOLE.fullmatch(text):
        return f"`{column}` is {text}, which is too large.", "Correct it."
    return f"`{column}` is {text}: a count has no decimals.", "Correct it; sums go into a column `value`."


def amounts(file: CsvFile, column: str, where: Where, *, signed: bool) -> NDArray[np.float64]:
    """A column of sums; a decimal comma is read where the columns are separated by something else."""
    texts = [_with_point(text.strip(), file.delimiter) for text in file.column(column) or ()]
    wrong = [
        Finding(where(place), *_not_an_amount(text, column))
        for place, text in enumerate(texts)
        if not _is_amount(text, signed=signed)
    ]
    if wrong:
        raise DeliveryError(told(wrong, file.name))
    return np.array([float(text) for text in texts], dtype=np.float64)


def _is_amount(text: str, *, signed: bool) -> bool:
    if "," in text or not _NUMBER.fullmatch(text):
        return False
    return isfinite(float(text)) and (signed or float(text) >= 0)


def _with_point(text: str, delimiter: str) -> str:
    return text if delimiter == "," or "." in text else text.replace(",", ".", 1)


def _not_an_amount(text: str, column: str) -> tuple[str, str]:
    if not text:
        return f"`{column}` is empty.", "Write the sum, 0 if there is none."
    if not _NUMBER.fullmatch(text):
        return f"`{column}` is '{text}', and no number.", "Write digits and a decimal point, without thousands marks."
    if text.startswith("-"):
        return f"`{column}` is {text}, and the policy knows no negative values.", "Say `signed: true` in the policy."
    if "," not in text:
        return f"`{column}` is {text}, which is too large.", "Correct it."
    return f"`{column}` is '{text}', with a comma.", "Write a decimal point, and no thousands marks."


def places_after_point(texts: Sequence[str]) -> int:
    """How many decimals the numbers of a column have at most."""
    return max(
        (len(re.split(r"[.,]", text.strip(), maxsplit=1)[1]) for text in texts if re.search(r"[.,]", text)), default=0
    )
