"""Names as people and machines write them: slugs for addresses, folded text for searching."""

from __future__ import annotations

import re
import unicodedata


_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def slug(name: str, *, separator: str = "-") -> str:
    """Letters and digits of a name in lower case, for addresses and column names.

    >>> slug("Groß Offenseth-Aspern")
    'gross-offenseth-aspern'
    """
    plain = unicodedata.normalize("NFKD", name.translate(_GERMAN))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", separator, ascii_only).strip(separator)


def folded(text: str) -> str:
    """The text for comparing: lower case, no accents, German umlauts spelled out, single blanks."""
    return slug(text, separator=" ")


_BASE_LETTERS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e"})


def sort_key(name: str) -> str:
    """The place of a name in a German list: umlauts count as their base letters (DIN 5007-1).

    >>> sorted(["Borstel", "Bönningstedt", "Bokel"], key=sort_key)
    ['Bokel', 'Bönningstedt', 'Borstel']
    """
    return name.casefold().translate(_BASE_LETTERS)
