"""Policies: what each source holds and on which terms its numbers may leave; a source without policy may not enter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect import register_terms
from gemeinsinn.protect.register_terms import RegisterTerms
from gemeinsinn.settings.documents import Checker, Node, read_document


class Contains(StrEnum):
    """What the rows of a source are."""

    PUBLISHED_AGGREGATES = "published_aggregates"
    """Statistics that their source has protected and published; its own marks are kept."""
    TERRITORY = "territory"
    """Boundaries, keys and names; no statistics of people."""
    REGISTER = "register"
    """Persons or cases, row by row; they stay in the restricted zone, and only protected answers leave it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms for some sources, as the data protection officer signed them."""

    id: str
    contains: Contains
    audience: str
    reason: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]
    terms: RegisterTerms | None = None
    """What is said of a register beyond that; None for everything that is none."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of an instance; `digest` tells one state of the file from another."""

    policies: Mapping[str, Policy]
    digest: str

    def of(self, source: str, origin: str) -> Policy:
        """The policy of a source, by its own name or by its origin; without one nothing is read and nothing leaves."""
        for policy in self.policies.values():
            if source in policy.sources:
                return policy
        for policy in self.policies.values():
            if origin in policy.origins:
                return policy
        remedy = "Add the source or its origin to a policy in policy.yaml, signed by the data protection officer."
        raise DisclosureError(f"no policy covers the source '{source}' (origin '{origin}').", remedy=remedy)

    def terms(self, register: str, origin: str) -> RegisterTerms:
        """The terms of a register; without a policy for a register nothing of it is read."""
        policy = self.of(register, origin)
        if policy.terms is None:
            what = f"the policy '{policy.id}' is for '{policy.contains}', and '{register}' holds persons."
            remedy = "Write a policy for it that says `contains: register`."
            raise DisclosureError(what, remedy=remedy)
        return policy.terms

    def link_columns(self, register: str) -> tuple[str, ...]:
        """The delivered columns by which a register is linked with others, from either side; none if it is not."""
        columns: list[str] = []
        for policy in self.policies.values():
            for link in policy.terms.links if policy.terms else ():
                columns += link.by if register in policy.sources else ()
                columns += link.by.values() if link.register == register else ()
        return tuple(dict.fromkeys(columns))

    def link(self, register: str, other: str) -> register_terms.Link:
        """The right to link two registers, which the policy of the first has to name; `DisclosureError` without it."""
        for policy in self.policies.values():
            for link in policy.terms.links if policy.terms and register in policy.sources else ():
                if link.register == other:
                    return link
        remedy = "Linking needs a legal basis, which the policy names under `link`."
        raise DisclosureError(f"no policy allows to link '{register}' with '{other}'.", remedy=remedy)


def read_policies(path: Path) -> Policies:
    """Read `policy.yaml`; every mistake in it is named in one `DefinitionError`."""
    checker = Checker("a policy")
    document = read_document(path)
    top = checker.fields(document, required=("policies",))
    found = {name: _policy(name, node, checker) for name, node in checker.entries(top.get("policies"))}
    checker.raise_if_wrong()
    return Policies(found, hashlib.sha256(path.read_bytes()).hexdigest())


def _policy(name: str, node: Node, checker: Checker) -> Policy:
    more = (*register_terms.REQUIRED, *register_terms.OPTIONAL)
    fields = checker.fields(node, required=("contains", "audience", "reason"), optional=("origins", "sources", *more))
    origins, sources = checker.texts(fields.get("origins")), checker.texts(fields.get("sources"))
    if fields and not (origins or sources):
        checker.wrong(node, "the policy covers nothing.", "Name `origins` or `sources`.")
    contains = Contains(checker.choice(fields.get("contains"), list(Contains), default=Contains.TERRITORY))
    if contains is not Contains.REGISTER:
        for name_of_field in more:
            if name_of_field in fields:
                what = f"only the policy of a register has the field '{name_of_field}'."
                checker.wrong(fields[name_of_field], what, "Leave it out, or say `contains: register`.")
    return Policy(
        id=name,
        contains=contains,
        audience=checker.choice(fields.get("audience"), ("public",), default="public"),
        reason=checker.text(fields.get("reason")),
        origins=origins,
        sources=sources,
        terms=register_terms.terms_of(fields, node, checker) if contains is Contains.REGISTER else None,
    )
