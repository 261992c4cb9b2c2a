"""The gate in front of a publication: every source of every number must have a policy that lets it out.

Statistics that their source has protected and published pass with the source's own marks. Numbers of a register pass if
a desk has answered them. Nothing else passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gemeinsinn.errors import DisclosureError, Finding
from gemeinsinn.protect.cell_keys import METHOD
from gemeinsinn.protect.policy import Contains, Policies


class Audit(StrEnum):
    """What came of the attempt to recover hidden cells."""

    NONE = "none"
    """Nothing was hidden here that could be recovered: published aggregates keep their source's marks."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What the gate says of one source: the policy, the method, and how many cells the source itself marks.

    `primary` and `secondary` count the cells that were hidden here; this version hides none, so there is no audit.
    """

    source: str
    policy: str
    contains: str
    method: str
    marks: Mapping[str, int]
    primary: int = 0
    secondary: int = 0
    audit: Audit = Audit.NONE


METHOD_KEPT = "source-marks-kept"


def pass_publication(
    origins: Mapping[str, str],
    marks: Mapping[str, Mapping[str, int]],
    *,
    policies: Policies,
    used: Iterable[str],
    answered: Collection[str] = (),
) -> tuple[Passage, ...]:
    """Let the numbers of the used sources out, or raise one `DisclosureError` that names all that may not leave.

    `origins` names each source's origin, `marks` how often each of its own signs stands in what is published,
    `answered` are the registers whose numbers are answers of a desk, which has deviated them by cell keys.
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
            passages.append(Passage(source, policy.id, str(policy.contains), METHOD, {}))
            continue
        if policy.contains is not Contains.PUBLISHED_AGGREGATES:
            what = f"the policy '{policy.id}' of source '{source}' is not one for statistics."
            refused.append(Finding("policy.yaml", what, "Only published aggregates may be published as they are."))
            continue
        passages.append(Passage(source, policy.id, str(policy.contains), METHOD_KEPT, dict(marks.get(source, {}))))
    if refused:
        raise DisclosureError(refused)
    return tuple(passages)
