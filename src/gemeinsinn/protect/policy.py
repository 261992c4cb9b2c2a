"""Policies: what each source holds and on which terms its numbers may leave; a source without policy may not enter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gemeinsinn.errors import DisclosureError
from gemeinsinn.settings.documents import Checker, Node, read_document


class Contains(StrEnum):
    """What the rows of a source are."""

    PUBLISHED_AGGREGATES = "published_aggregates"
    """Statistics that their source has protected and published; its own marks are kept."""
    TERRITORY = "territory"
    """Boundaries, keys and names; no statistics of people."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms for some sources, as the data protection officer signed them."""

    id: str
    contains: Contains
    audience: str
    reason: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]


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


def read_policies(path: Path) -> Policies:
    """Read `policy.yaml`; every mistake in it is named in one `DefinitionError`."""
    checker = Checker("a policy")
    document = read_document(path)
    top = checker.fields(document, required=("policies",))
    found = {name: _policy(name, node, checker) for name, node in checker.entries(top.get("policies"))}
    checker.raise_if_wrong()
    return Policies(found, hashlib.sha256(path.read_bytes()).hexdigest())


def _policy(name: str, node: Node, checker: Checker) -> Policy:
    fields = checker.fields(node, required=("contains", "audience", "reason"), optional=("origins", "sources"))
    origins, sources = checker.texts(fields.get("origins")), checker.texts(fields.get("sources"))
    if fields and not (origins or sources):
        checker.wrong(node, "the policy covers nothing.", "Name `origins` or `sources`.")
    contains = checker.choice(fields.get("contains"), list(Contains), default=Contains.TERRITORY)
    return Policy(
        id=name,
        contains=Contains(contains),
        audience=checker.choice(fields.get("audience"), ("public",), default="public"),
        reason=checker.text(fields.get("reason")),
        origins=origins,
        sources=sources,
    )
