"""Reading the policy of a table from YAML; every mistake is named with file and line, and without a policy nothing leaves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gemeinsinn.errors import DefinitionError, DisclosureError
from gemeinsinn.protect.cell_keys import PerturbationDesign
from gemeinsinn.protect.tables.policy import (
    BASES,
    Attacker,
    Audience,
    Dominance,
    Method,
    ProtectionLevel,
    Ratio,
    TablePolicy,
    Weights,
    Zeros,
)
from gemeinsinn.settings.documents import Checker, Node, read_document


REQUIRED = ("min_units",)
OPTIONAL = (
    "zeros",
    "method",
    "base",
    "max_deviation",
    "variance",
    "attackers",
    "audience",
    "protection",
    "protection_percent",
    "dominance",
    "p_percent",
    "group_disclosure",
    "ratio",
    "units",
    "weights",
    "signed",
    "overlap",
    "separate",
    "open",
)
DOMINANCE = ("n", "k")
RATIO = ("numerator", "denominator", "mean", "complement")
ONLY_WITH = {"base": Method.ROUND, "max_deviation": Method.CELL_KEY, "variance": Method.CELL_KEY}
"""Fields that say something about one method."""

_DEFAULT = TablePolicy()
_HUNDRED = 100
_WRITE_ONE = "Write a policy file, at least `min_units: 3`, and pass it with --policy. Nothing was written."


def read_table_policy(path: Path | None) -> TablePolicy:
    """The policy in a YAML file; `DisclosureError` if there is none, `DefinitionError` with every mistake in it."""
    if path is None or not path.is_file():
        what = f"there is no policy {path}." if path else "no policy was named, and without one nothing may leave."
        raise DisclosureError(what, remedy=_WRITE_ONE)
    checker = Checker("the policy of a table")
    policy = table_policy_of(read_document(path), checker)
    checker.raise_if_wrong()
    return policy


def table_policy_of(node: Node, checker: Checker) -> TablePolicy:
    """The policy that stands at a node; mistakes are noted with the checker, which has to raise them."""
    found = checker.fields(node, required=REQUIRED, optional=OPTIONAL)
    policy = TablePolicy(
        min_units=checker.whole(found.get("min_units"), default=_DEFAULT.min_units, at_least=1),
        zeros=Zeros(checker.choice(found.get("zeros"), list(Zeros), default=_DEFAULT.zeros)),
        method=Method(checker.choice(found.get("method"), list(Method), default=_DEFAULT.method)),
        base=_base(found.get("base"), checker),
        max_deviation=checker.whole(found.get("max_deviation"), default=_DEFAULT.max_deviation, at_least=1),
        variance=checker.number(found.get("variance"), default=_DEFAULT.variance) or 0.0,
        attackers=_attackers(found.get("attackers"), checker),
        audience=Audience(checker.choice(found.get("audience"), list(Audience), default=_DEFAULT.audience)),
        protection=ProtectionLevel(
            checker.choice(found.get("protection"), list(ProtectionLevel), default=_DEFAULT.protection)
        ),
        protection_percent=_percent(found.get("protection_percent"), checker) or _DEFAULT.protection_percent,
        dominance=_dominance(found.get("dominance"), checker),
        p_percent=_percent(found.get("p_percent"), checker),
        group_disclosure=checker.truth(found.get("group_disclosure")),
        ratio=_ratio(found.get("ratio"), checker),
        units=_distinct(found.get("units"), checker),
        weights=Weights(checker.choice(found.get("weights"), list(Weights), default=_DEFAULT.weights)),
        signed=checker.truth(found.get("signed")),
        overlap=_distinct(found.get("overlap"), checker),
        separate=_distinct(found.get("separate"), checker),
        open=tuple(_open(item, checker) for item in checker.items(found.get("open"))),
    )
    _fit(policy, found, checker)
    return policy


def _base(node: Node | None, checker: Checker) -> int:
    base = checker.whole(node, default=_DEFAULT.base, at_least=1)
    if base in BASES:
        return base
    what = f"counts are not rounded to multiples of {base}."
    if base == 3:
        what = "rounding to multiples of 3 does not protect: a third of the ones and twos can be recomputed."
    checker.wrong(node, what, "Write `base: 5` or `base: 10`.")
    return _DEFAULT.base


def _attackers(node: Node | None, checker: Checker) -> tuple[Attacker, ...]:
    """The attackers in a fixed order; the outsider knows least and is always among them."""
    named = {checker.choice(item, list(Attacker), default=Attacker.OUTSIDER) for item in checker.items(node)}
    if node is not None and not named:
        checker.wrong(node, "there is no attacker.", "Write `attackers: [outsider]`, or leave the field out.")
    return tuple(each for each in Attacker if each in named or each is Attacker.OUTSIDER)


def _percent(node: Node | None, checker: Checker) -> float | None:
    number = checker.number(node)
    if number is not None and not 0 < number <= _HUNDRED:
        checker.wrong(node, f"{number:g} is no share in per cent.", "Write a number above 0, at most 100.")
        return None
    return number


def _dominance(node: Node | None, checker: Checker) -> Dominance | None:
    if node is None:
        return None
    found = checker.fields(node, required=DOMINANCE)
    share = checker.number(found.get("k"), default=Dominance().k) or 0.0
    if not 0 < share < 1:
        remedy = f"Write {share / _HUNDRED:g} for {share:g} per cent." if 1 < share < _HUNDRED else "E.g. 0.85."
        checker.wrong(found.get("k"), f"k is a share between 0 and 1, not {share:g}.", remedy)
    return Dominance(checker.whole(found.get("n"), default=1, at_least=1), share)


def _ratio(node: Node | None, checker: Checker) -> Ratio | None:
    if node is None:
        return None
    found, default = checker.fields(node, optional=RATIO), Ratio()
    return Ratio(
        numerator=checker.whole(found.get("numerator"), default=default.numerator),
        denominator=checker.whole(found.get("denominator"), default=default.denominator, at_least=1),
        mean=checker.whole(found.get("mean"), default=default.mean, at_least=1),
        complement=checker.truth(found.get("complement"), default=default.complement),
    )


def _distinct(node: Node | None, checker: Checker) -> tuple[str, ...]:
    names = checker.texts(node)
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            checker.wrong(node, f"'{name}' stands here twice.")
    return tuple(dict.fromkeys(names))


def _open(node: Node, checker: Checker) -> dict[str, tuple[str, ...]]:
    codes = {
        name: tuple(_code(item, checker) for item in checker.items(child)) for name, child in checker.entries(node)
    }
    if isinstance(node.value, dict) and not codes:
        checker.wrong(node, "this names every cell.", "Name a dimension and its codes, e.g. {sex: Total}.")
    return codes


def _code(node: Node, checker: Checker) -> str:
    """A code may look like a number: 2024, 01."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return str(node.value)
    return checker.text(node)


def _fit(policy: TablePolicy, found: Mapping[str, Node], checker: Checker) -> None:
    """What is right by itself and does not go together."""
    for name, method in ONLY_WITH.items():
        if name in found and policy.method is not method:
            checker.wrong(found[name], f"'{name}' says something about `method: {method}` only.", "Leave it out.")
    if policy.method is Method.ROUND and policy.base < policy.min_units:
        what = f"multiples of {policy.base} tell more than a policy with min_units {policy.min_units} allows."
        checker.wrong(found.get("base") or found.get("method"), what, "Write `base: 10`, or hide cells.")
    if policy.method is Method.CELL_KEY:
        _design(policy, found, checker)
    if policy.signed and policy.method in (Method.ROUND, Method.CELL_KEY):
        what = f"`method: {policy.method}` is made for counts, which are not negative."
        checker.wrong(found["signed"], what, "Hide cells of signed values: `method: suppress`.")
    if policy.sees_sums and policy.method in (Method.ROUND, Method.CELL_KEY):
        rule = "dominance" if "dominance" in found else "p_percent"
        what = f"'{rule}' looks at sums, and `method: {policy.method}` is made for counts."
        checker.wrong(found[rule], what, "Hide cells of sums: `method: suppress`.")


def _design(policy: TablePolicy, found: Mapping[str, Node], checker: Checker) -> None:
    try:
        PerturbationDesign(policy.max_deviation, policy.variance, policy.min_units)
    except DefinitionError as error:
        for finding in error.findings:
            at = found.get("variance") if "variance" in finding.what else found.get("max_deviation")
            checker.wrong(at or found["method"], finding.what, finding.remedy)
