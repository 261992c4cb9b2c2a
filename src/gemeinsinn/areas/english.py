"""Names in English of the country and of the states that have one; all other areas keep their German names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


ENGLISH_NAMES: Mapping[str, str] = MappingProxyType({
    "DG": "Germany",
    "03": "Lower Saxony",
    "05": "North Rhine-Westphalia",
    "06": "Hesse",
    "07": "Rhineland-Palatinate",
    "09": "Bavaria",
    "13": "Mecklenburg-Western Pomerania",
    "14": "Saxony",
    "15": "Saxony-Anhalt",
    "16": "Thuringia",
})  # fmt: skip
"""By official key."""
