"""What can be said against declared registers before anything is delivered: names, origins, policies, classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gemeinsinn.errors import DisclosureError, Finding, did_you_mean
from gemeinsinn.protect.policy import Policies
from gemeinsinn.sources.registers.declaration import RegisterDeclaration


def mistakes_of_names(
    declarations: Mapping[str, RegisterDeclaration], *, sources: Iterable[str], origins: Iterable[str]
) -> list[Finding]:
    """Registers that have the name of a source, or an origin that nobody declared."""
    known, known_origins = set(sources), list(origins)
    findings = []
    for name, declaration in declarations.items():
        where = f"registers.yaml {name}"
        if name in known:
            findings.append(Finding(where, "a source has this name too.", "Rename one of them."))
        if declaration.origin_id not in known_origins:
            remedy = did_you_mean(declaration.origin_id, known_origins) or "Declare it in sources.yaml."
            findings.append(Finding(where, f"there is no origin '{declaration.origin_id}'.", remedy))
    return findings


def mistakes_of_policies(declarations: Mapping[str, RegisterDeclaration], policies: Policies) -> list[Finding]:
    """Registers without a policy, with columns that have no class, or with a link that leads nowhere."""
    findings: list[Finding] = []
    for name, declaration in declarations.items():
        try:
            terms = policies.terms(name, declaration.origin_id)
            terms.check(name, [*declaration.columns, *policies.link_columns(name)])
        except DisclosureError as error:
            findings += error.findings
            continue
        for link in terms.links:
            if link.register not in declarations:
                remedy = did_you_mean(link.register, declarations)
                what = f"it is to be linked with '{link.register}', which is not declared."
                findings.append(Finding(f"policy.yaml {name}", what, remedy))
    return findings
