"""Where a table comes from: publisher, licence, attribution, what the file says of itself, and when it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """The provenance that every table carries to the last page that shows one of its numbers."""

    publisher: str
    title: str
    licence: str
    attribution: str
    table_code: str = ""
    """The publisher's own number of the table."""
    url: str = ""
    stand: str = ""
    """The state of the data as the file names it, e.g. `10.10.2017 / 11:01:03`."""
    notes: tuple[str, ...] = field(default_factory=tuple)
    """The file's own footnotes, word for word."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """What we changed (licences ask for it), e.g. "aggregated, simplified", by language."""
    synthetic: bool = False
    """True if the people in it do not exist; shown on screen wherever it is used."""

    def as_dict(self) -> dict[str, Any]:
        """A plain dictionary, ready for JSON."""
        return asdict(self) | {"notes": list(self.notes)}
