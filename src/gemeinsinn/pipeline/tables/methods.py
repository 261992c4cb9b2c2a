"""What is done about a table with cells that must not be shown, apart from hiding some of them: round, deviate, coarsen, withhold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gemeinsinn.errors import DisclosureError
from gemeinsinn.pipeline.tables.assembly import Assembled
from gemeinsinn.pipeline.tables.coarsening import coarsened
from gemeinsinn.pipeline.tables.deviating import deviated
from gemeinsinn.pipeline.tables.writing import Outcome
from gemeinsinn.protect.tables.attack import attacked
from gemeinsinn.protect.tables.insiders import all_suspicions, known_cells
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY, Flags, pattern_of
from gemeinsinn.protect.tables.policy import TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import problem_of
from gemeinsinn.protect.tables.protection import needs_of
from gemeinsinn.protect.tables.rounding import Rounded, rounded
from gemeinsinn.protect.tables.rounding_audit import asked_of
from gemeinsinn.protect.tables.rules import Primary


Proof = Callable[[str, str], bytes]
"""The certificate for the hash of a release and the head of the ledger that it was attacked with."""

_SEED = 1
_MERGE = "Merge categories, pool years, or write `method: suppress` to keep what can be kept."


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Treated:
    """What is shown of a table, what everybody may conclude from it of each cell, and what must stay open for ever."""

    outcome: Outcome
    needs: Needs
    """How far cells must be able to move, also beside everything that is released later."""
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    """Between which values a number that was changed says that its cell lies."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """What is said about the method."""
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    """Writes the certificate, where the method can be proven."""
    is_known: bool = False
    """Whether all of it was released just so before, so that releasing it again tells nothing."""


def rounded_table(whole: Assembled, policy: TablePolicy) -> Treated:
    """Every count as a multiple of the base, after an attack that found nothing."""
    found = rounded(
        whole.model, base=policy.base, min_units=policy.min_units, secret_zeros=policy.zeros is Zeros.SECRET
    )
    report = {"base": policy.base, "largest_deviation": found.largest_deviation, "checked": found.checked}
    note = f"Numbers are multiples of {policy.base} and up to {found.largest_deviation} off; totals need not add up."
    outcome = Outcome(_published(whole.model), found.shown.astype(np.float64))
    return Treated(outcome, _left_open(whole.model, found, policy), found.low, found.high, report, (note,))


def _left_open(model: TableModel, found: Rounded, policy: TablePolicy) -> Needs:
    """What rounded numbers leave open: whatever is shown as nobody can be nobody, for instance."""
    asked = asked_of(
        found.low,
        found.high,
        min_units=policy.min_units,
        secret_zeros=policy.zeros is Zeros.SECRET,
        known=model.open_cells(),
    )
    return Needs(np.maximum(asked.up - model.values, 0.0), np.maximum(model.values - asked.down, 0.0))


def deviated_table(whole: Assembled, policy: TablePolicy, secret: bytes) -> Treated:
    """Every count off by what its cell key decides; a zero says that nobody is there, or few."""
    shown = deviated(whole, policy, secret)
    most = float(policy.max_deviation)
    report = {"audit": "none", "max_deviation": policy.max_deviation, "variance": policy.variance}
    note = f"Numbers are up to {policy.max_deviation} off; totals need not add up."
    low, high = np.maximum(shown - most, np.minimum(shown, 1.0)), shown + most
    return Treated(Outcome(_published(whole.model), shown), _nothing(whole.model), low, high, report, (note,))


def coarsened_table(whole: Assembled, policy: TablePolicy, primary: Primary) -> Treated:
    """The finest levels without a primary cell, and from which none follows; `DisclosureError` if there is nothing left.

    Where somebody who is alone in a cell could recompute another one from what is kept, that is left out as well.
    """
    forbidden = primary.mask
    while True:
        left = coarsened(whole.table, whole.places, forbidden)
        if left is None:
            what = "even the coarsest totals may not be shown." if whole.model.cells else "the table has no cells."
            raise DisclosureError(what, where=whole.table.file.name, remedy=_MERGE)
        kept = left.kept & ~whole.model.latent_cells()
        found = _following(whole.model, policy, primary.mask, kept)
        if not found.size:
            break
        forbidden = forbidden | _holding(whole.model, found, kept)
    outcome = Outcome(pattern_of(~kept, primary.mask), kept=kept)
    needs = needs_of(whole.model, policy, primary.mask)
    return Treated(outcome, needs, report={"levels": dict(left.levels)}, notes=(f"{left.words}.",))


def _following(model: TableModel, policy: TablePolicy, primary: Flags, kept: Flags) -> NDArray[np.int64]:
    """Primary cells that somebody finds out from those that are kept."""
    problem = problem_of(model, policy, primary, needs_of(model, policy, primary))
    hidden = ~kept[problem.cells]
    found = attacked(problem, hidden).short
    knows = known_cells(problem, policy.attackers)
    for each in all_suspicions(problem, hidden, knows, np.random.default_rng(_SEED)):
        found[each.cells] = True
    return problem.cells[found & hidden]


def _holding(model: TableModel, cells: NDArray[np.int64], kept: Flags) -> Flags:
    """The kept cells that hold any of some cells, of each the smallest one; all, if nobody knows what they hold."""
    base = model.base
    if base is None:
        return kept
    size = np.diff(base.indptr)
    found = np.zeros(model.cells, dtype=np.bool_)
    for cell in cells.tolist():
        shared = np.asarray((base @ base[[cell]].T.astype(np.int64)).todense()).ravel()
        above = np.flatnonzero(kept & (shared == size[cell]))
        found[above[np.argsort(size[above], kind="stable")[:1]]] = True
    return found


def withheld_table(whole: Assembled, primary: Primary) -> Treated:
    """No number at all."""
    pattern = np.where(primary.mask, PRIMARY, SECONDARY).astype(np.uint8)
    return Treated(Outcome(pattern), _nothing(whole.model))


def _published(model: TableModel) -> NDArray[np.uint8]:
    """Every cell but those that are not published."""
    hidden: Flags = model.latent_cells()
    return np.where(hidden, SECONDARY, FREE).astype(np.uint8)


def _nothing(model: TableModel) -> Needs:
    return Needs(np.zeros(model.cells), np.zeros(model.cells))
