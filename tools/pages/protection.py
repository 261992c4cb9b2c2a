"""Tables that are protected on their own: `table-policy.md`, the policy and the files of `protect` and `audit`."""

from __future__ import annotations

from gemeinsinn.pipeline.tables.columns import COLUMNS
from gemeinsinn.protect.tables.rules import Reason
from pages.meanings import fields_table
from pages.source import ROOT, members, module
from pages.text import block, code, page, sentences, table


_POLICY, _DOCUMENT = "protect.tables.policy", "protect.tables.policy_document"


def table_policy_page() -> str:
    """The page of the policy of a table."""
    written = module(_DOCUMENT)
    return page(
        "The policy of a table",
        "What `gemeinsinn protect` and `gemeinsinn audit` are told with `--policy P.yaml`: which cells may not be shown, "
        "what is done about them, and whom they are kept from. Without a policy nothing is written. See [Protect a "
        "table](../how-to/protect-a-table.md). The tables of an instance are protected on the same terms, which stand "
        "under [`disclosure`](policy.md#disclosure) in policy.yaml.",
        "## The file",
        fields_table(written.REQUIRED, written.OPTIONAL, "table_policy", "policy"),
        "### dominance",
        fields_table(written.DOMINANCE, (), "table_policy", "dominance"),
        "### ratio",
        fields_table((), written.RATIO, "table_policy", "ratio"),
        "### zeros",
        _words("Zeros"),
        "### method",
        _words("Method"),
        "Rounding to multiples of 3 is refused: in trials a third of the ones and twos could be recomputed.",
        "### attackers",
        _words("Attacker"),
        "### protection",
        _words("ProtectionLevel"),
        "### weights",
        _words("Weights"),
        "## Why a cell is primary",
        table(
            ("rule", "meaning"),
            [
                (code(Reason[each.name].name.lower()), each.says)
                for each in members("protect.tables.rules", "Reason")
                if each.says
            ],
        ),
        "The rules are those of Hundepool et al., Statistical Disclosure Control (2012), sections 4.2.1 and 5.2.",
        "## The columns of a table",
        "One row a cell. Columns are separated by commas, semicolons or tabs; the file is UTF-8 or Windows-1252.",
        table(("column", "meaning"), [(code(name), says) for name, says in COLUMNS.items()]),
        "Every other column is a dimension and holds codes, `Total` for the margin, unless the policy names it under `units`. "
        "Totals that are left out are added up. A table may be several linked ones: where a table holds some parts of a "
        "whole, it has to hold all, but it need not hold every combination.",
        "## The files of hierarchies",
        "`--hierarchy DIMENSION=FILE`, for each dimension that has more than a total and its parts.",
        sentences(
            "A file with the columns `child,parent` has one row for each code but the root. Any other file has one column a "
            "level, from coarse to fine, and one row for each smallest code; what all rows share at the coarse end is the "
            "root, else it is `Total`. A code with two parents is an error, unless the policy names the dimension under "
            "`overlap`. The file may hold more than the table: its root is then the lowest code that holds all of the table."
        ),
        "## Example",
        block((ROOT / "tools/pages/examples/table-policy.yaml").read_text(encoding="utf-8"), "yaml"),
    )


def _words(class_name: str) -> str:
    kind = getattr(module(_POLICY), class_name)
    return table(
        ("word", "meaning"), [(code(kind[each.name].value), each.says) for each in members(_POLICY, class_name)]
    )
