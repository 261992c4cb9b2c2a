"""Records that are anonymised: `record-policy.md`, the policy of `anonymise`."""

from __future__ import annotations

from gemeinsinn.protect.records import terms
from gemeinsinn.protect.register_terms import ColumnClass
from pages.meanings import fields_table, meanings
from pages.source import ROOT, members, module
from pages.text import block, code, page, table


def record_policy_page() -> str:
    """The page of the policy of records."""
    return page(
        "The policy of records",
        "What `gemeinsinn anonymise` is told with `--policy P.yaml`: what each column says about a person, how alike "
        "people have to be, and how many may stay behind. Without a policy nothing is written. See [Anonymise "
        "records](../how-to/anonymise-records.md).",
        "## The file",
        fields_table(terms.REQUIRED, terms.OPTIONAL, "record_policy", "policy"),
        "### columns",
        "Every column of the records stands under one class; a column that stands nowhere stops everything.",
        _classes(),
        "### diversity",
        _words("protect.records.levels", "Diversity"),
        "### numbers",
        _words("protect.records.terms", "Numbers"),
        "## How columns are generalised",
        table(("column", "becomes"), list(meanings("record_policy", "kinds").items())),
        "In a CSV, a column is one of numbers or days if all that stands in it is; a code with a leading zero is a word.",
        "## The report",
        "What `--report` writes and `--json` prints stands under [anonymise](cli.md#anonymise).",
        "## Example",
        block((ROOT / "tools/pages/examples/record-policy.yaml").read_text(encoding="utf-8"), "yaml"),
    )


def _classes() -> str:
    leaves = meanings("record_policy", "classes")
    says = {each.name: each.says for each in members("protect.register_terms", "ColumnClass")}
    rows = [(code(kind), says[kind.name], leaves[kind]) for kind in ColumnClass]
    return table(("class", "what it says", "what becomes of it"), rows)


def _words(where: str, class_name: str) -> str:
    kind = getattr(module(where), class_name)
    return table(("word", "meaning"), [(code(kind[each.name].value), each.says) for each in members(where, class_name)])
