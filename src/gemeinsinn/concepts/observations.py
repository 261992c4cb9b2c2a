"""What a cell of a statistic can say besides a number: the statuses, and the signs that sources use for them.

A value that is missing is `None` with a status; a gap therefore can never be read as a zero.
"""

from __future__ import annotations

from enum import StrEnum


class ObsStatus(StrEnum):
    """The closed list of statuses of an observation (SDMX: OBS_STATUS and CONF_STATUS in one)."""

    NORMAL = "normal"
    """A value as published or calculated."""
    WEAK = "weak"
    """A value of limited reliability: the source prints it in brackets."""
    POOLED = "pooled"
    """A value over several periods, because one period counts too few cases."""
    MERGED = "merged"
    """The value of the Amt the municipality belongs to, because it counts too few cases itself."""

    SOURCE_CONFIDENTIAL = "source-confidential"
    """The source keeps it secret or does not know it (sign `.`)."""
    SOURCE_NOTHING = "source-nothing"
    """Nothing there, or not available; the source does not say which (sign `-`)."""
    SOURCE_UNRELIABLE = "source-unreliable"
    """The source's value is not certain enough to be printed (sign `/`)."""
    SOURCE_BLOCKED = "source-blocked"
    """The cell makes no sense (sign `x`)."""
    SOURCE_LATER = "source-later"
    """The source will deliver it later (sign `...`)."""
    SOURCE_EMPTY = "source-empty"
    """The source left the cell empty."""

    CONFIDENTIAL = "confidential"
    """Hidden by disclosure control, for its own sake or because another hidden number could be calculated from it.

    Nobody is told which of the two: that a number is small for its own sake already says much.
    """
    WITHHELD = "withheld"
    """The policy lets it out for larger areas only, because it would tell too much about few people."""
    NOT_COLLECTED = "not-collected"
    """The delivered sources hold no value: not collected at this level, not delivered, or no source for this period."""
    NOT_YET = "not-yet"
    """The period lies after the last one published."""
    STRUCTURAL_ZERO = "structural-zero"
    """A rate over nothing: the denominator is zero."""
    NO_SUCH_AREA = "no-such-area"
    """The area did not exist at that time."""
    QUARANTINED = "quarantined"
    """The cell failed a rule at intake and waits for a steward."""
    NOT_COMPARABLE = "not-comparable"
    """A change between two numbers that rest on different bases, which would partly be a correction."""


WITH_VALUE = frozenset({ObsStatus.NORMAL, ObsStatus.WEAK, ObsStatus.POOLED, ObsStatus.MERGED})
"""The statuses that go with a number; every other one goes with none."""

STATUS_OF_SIGN = {
    ".": ObsStatus.SOURCE_CONFIDENTIAL,
    "-": ObsStatus.SOURCE_NOTHING,
    "–": ObsStatus.SOURCE_NOTHING,
    "/": ObsStatus.SOURCE_UNRELIABLE,
    "x": ObsStatus.SOURCE_BLOCKED,
    "X": ObsStatus.SOURCE_BLOCKED,
    "...": ObsStatus.SOURCE_LATER,
    "…": ObsStatus.SOURCE_LATER,
    "": ObsStatus.SOURCE_EMPTY,
}
"""The signs of German official statistics (joint table symbols of the statistical offices)."""

SIGN_OF_STATUS = {
    ObsStatus.SOURCE_CONFIDENTIAL: ".",
    ObsStatus.SOURCE_NOTHING: "-",
    ObsStatus.SOURCE_UNRELIABLE: "/",
    ObsStatus.SOURCE_BLOCKED: "x",
    ObsStatus.SOURCE_LATER: "...",
    ObsStatus.SOURCE_EMPTY: "",
    ObsStatus.WEAK: "( )",
}
"""The source's own sign of a status, to be shown beside the reason."""

ALL_STATUSES = tuple(ObsStatus)
"""The statuses in their fixed order; a release stores positions in this tuple."""
