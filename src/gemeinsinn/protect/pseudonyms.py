"""Pseudonyms: keyed numbers in the place of identifiers, the same for the same person however they are written.

A pseudonym is 64 bits of a keyed BLAKE3 hash. Each register has a chain of keys: the first one hashes the identifier,
each later one the pseudonym before. So a rotation needs no identifier, and no history is lost. The decision is
`docs/adr/0017-pseudonyms-as-a-chain-of-keys.md`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from blake3 import blake3


Pseudonyms = npt.NDArray[np.int64]

BYTES = 8
KEY_BYTES = 32
"""The length of every key."""
_BETWEEN = "\x1f"
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_SEPARATORS = "-/.,"


def canonical(text: str) -> str:
    """One part of an identifier in the one form that it has for us.

    Composed letters, no difference of case, no blanks around it or beside its separators, one kind of dash. Separators
    stay: without them two different numbers could become one.

    >>> canonical("  Müller-Lüdenscheidt,  Anna ") == canonical("MÜLLER–LÜDENSCHEIDT, ANNA")
    True
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).translate(_DASHES)
    folded = " ".join(folded.split())
    for separator in _SEPARATORS:
        if separator in folded:
            folded = folded.replace(f" {separator}", separator).replace(f"{separator} ", separator)
    return folded


def identifiers(*parts: Sequence[str]) -> list[bytes]:
    """What is hashed for each person: the parts of its identifier in canonical form, which cannot run together."""
    if len(parts) == 1:
        return [canonical(text).encode() for text in parts[0]]
    return [_BETWEEN.join(map(canonical, texts)).encode() for texts in zip(*parts, strict=True)]


def pseudonyms(values: Iterable[bytes], chain: Sequence[bytes]) -> Pseudonyms:
    """The pseudonym of each value by a chain of keys."""
    first, *later = chain
    found = _hashed(values, first)
    for key in later:
        found = renewed(found, key)
    return found


def renewed(old: Pseudonyms, key: bytes) -> Pseudonyms:
    """The pseudonyms after one more key."""
    packed = old.astype("<i8").tobytes()
    return _hashed((packed[at : at + BYTES] for at in range(0, len(packed), BYTES)), key)


def _hashed(values: Iterable[bytes], key: bytes) -> Pseudonyms:
    joined = b"".join([blake3(value, key=key).digest(BYTES) for value in values])
    return np.frombuffer(joined, dtype="<i8").astype(np.int64)
