"""What can go wrong, sorted by who can repair it.

    GemeinsinnError                       exit code, problem type
    ├── UnknownNameError       2          the caller: no such indicator, area, source, release
    ├── DefinitionError        3          the steward: an indicator, table, mapping or policy is wrong
    ├── DeliveryError          4          the owner of the source: a file is not what it should be
    ├── DisclosureError        5          nobody may override it: merge, pool or drop
    ├── NotYetKnownError       6          nobody yet: ask a later date
    ├── NotPermittedError      7          the person who grants rights
    └── SettingsError          8          the operator: paths, ports, keys, an instance in use
        └── InUseError       8          nobody: wait until the other run has finished

A message says where, what, and what to do. It never holds the value of a register. Several mistakes
are collected and raised together as findings.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: `where` it stands (file:field, source, row), `what` it is, and the `remedy`."""

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.remedy}" if self.remedy else text


class GemeinsinnError(Exception):
    """The root of all errors that a person can act on; anything else is our own fault."""

    exit_code: ClassVar[int] = 1
    problem_type: ClassVar[str] = "error"

    def __init__(self, what: str | Sequence[Finding], *, where: str = "", remedy: str = "") -> None:
        if isinstance(what, str):
            self.findings: tuple[Finding, ...] = (Finding(where, what, remedy),)
        else:
            self.findings = tuple(what)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class UnknownNameError(GemeinsinnError):
    """A name that stands for nothing here."""

    exit_code = 2
    problem_type = "unknown-name"


class DefinitionError(GemeinsinnError):
    """A definition (indicator, table, mapping, policy, source) that the steward has to mend."""

    exit_code = 3
    problem_type = "definition"


class DeliveryError(GemeinsinnError):
    """A delivery that is not what its source promised."""

    exit_code = 4
    problem_type = "delivery"


class DisclosureError(GemeinsinnError):
    """Something that must not leave the protected rooms."""

    exit_code = 5
    problem_type = "disclosure"


class NotYetKnownError(GemeinsinnError):
    """A question about a day that lies before the first knowledge or after the last."""

    exit_code = 6
    problem_type = "not-yet-known"


class NotPermittedError(GemeinsinnError):
    """An action that this person may not take."""

    exit_code = 7
    problem_type = "not-permitted"


class SettingsError(GemeinsinnError):
    """Something that the operator has to set right: a path, a port, a key, an instance in use."""

    exit_code = 8
    problem_type = "settings"


class InUseError(SettingsError):
    """Something that another run is writing to; what waits for it may be started again."""

    problem_type = "in-use"


_LONG_ENOUGH = 3
"""Letters from which on a name that contains them is worth naming."""


def nearest(name: str, known: Iterable[str], *, at_most: int = 3) -> list[str]:
    """The known names that look most like `name`, best first, then those that contain it; empty if none is near."""
    folded = {candidate.casefold(): candidate for candidate in known}
    wanted = name.casefold()
    close = difflib.get_close_matches(wanted, list(folded), n=at_most, cutoff=0.6)
    if len(wanted) >= _LONG_ENOUGH:
        close += sorted({candidate for candidate in folded if wanted in candidate}.difference(close), key=len)
    return [folded[candidate] for candidate in close[:at_most]]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the nearest names, or nothing if no name is near."""
    names = nearest(name, known)
    if not names:
        return ""
    quoted = [f"'{candidate}'" for candidate in names]
    return f"Did you mean {' or '.join(quoted)}?"
