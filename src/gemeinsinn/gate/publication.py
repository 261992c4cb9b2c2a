"""The gate in front of a publication: every source of every number must have a policy that lets it out.

Statistics that their source has protected and published pass with the source's own marks. Numbers of a register pass if
the gate has protected them: by deviations, or by hiding some and attacking what is left. Nothing else passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.protect.cell_keys import METHOD
from gemeinsinn.protect.policy import Contains, Policies


class Audit(StrEnum):
    """What came of the attempt to recover hidden cells."""

    NONE = "none"
    """Nothing was hidden here that could be recovered: published aggregates keep their source's marks."""
    CLEAN = "clean"
    """No hidden number can be recomputed, or narrowed beyond what the policy allows."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate says of one source: the policy, the method, and how many cells the source itself marks.

    Where numbers were hidden here, the report says how many and what came of the attempt to recover them.
    """

    source: str
    policy: str
    contains: str
    method: str
    marks: Mapping[str, int]
    audit: Audit = Audit.NONE
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The entry of a release's `disclosure.json`."""
        return {
            "source": self.source,
            "policy": self.policy,
            "contains": self.contains,
            "method": self.method,
            "marks": dict(self.marks),
            "audit": str(self.audit),
            **self.report,
        }


METHOD_KEPT = "source-marks-kept"


@dataclass(frozen=True, slots=True)
class Answered:
    """How the numbers of a register left the restricted zone: the method, and where cells were hidden the report."""

    method: str = METHOD
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def audit(self) -> Audit:
        """Tables whose audit is not clean never come so far."""
        return Audit.CLEAN if self.report else Audit.NONE


def pass_publication(
    origins: Mapping[str, str],
    marks: Mapping[str, Mapping[str, int]],
    *,
    policies: Policies,
    used: Iterable[str],
    answered: Mapping[str, Answered] = MappingProxyType({}),
) -> tuple[Passage, ...]:
    """Let the numbers of the used sources out, or raise one `DisclosureError` that names all that may not leave.

    `origins` names each source's origin, `marks` how often each of its own signs stands in what is published,
    `answered` are the registers whose numbers the gate has protected itself, and how.
    """
    passages: list[Passage] = []
    refused: list[Finding] = []
    for source in sorted(set(used)):
        try:
            policy = policies.of(source, origins.get(source, ""))
        except DisclosureError as error:
            refused += error.findings
            continue
        if policy.contains is Contains.REGISTER and source in answered:
            how = answered[source]
            passages.append(Passage(source, policy.id, str(policy.contains), how.method, {}, how.audit, how.report))
            continue
        if policy.contains is not Contains.PUBLISHED_AGGREGATES:
            what = f"the policy '{policy.id}' of source '{source}' is not one for statistics."
            refused.append(Finding("policy.yaml", what, "Only published aggregates may be published as they are."))
            continue
        passages.append(Passage(source, policy.id, str(policy.contains), METHOD_KEPT, dict(marks.get(source, {}))))
    if refused:
        raise DisclosureError(refused)
    return tuple(passages)
