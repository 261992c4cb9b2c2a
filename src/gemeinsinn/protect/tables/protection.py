"""Protection of a table: primary cells, what they need, what else is hidden for their sake, and the attack on the result.

Nothing is taken on trust: whatever the pattern came from, it is attacked as a whole, from outside and by everybody who
knows cells of his own, before it is given out; the deviations that the attack leaves behind are the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.attack import Audit, Breach, Verdict, attacked, breaches_of
from gemeinsinn.protect.tables.cuts import Effort
from gemeinsinn.protect.tables.decomposition import Decomposition
from gemeinsinn.protect.tables.frozen import Frozen, frozen_cells
from gemeinsinn.protect.tables.insiders import Insiders, all_suspicions, known_cells
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs, neighbours, shares, threshold
from gemeinsinn.protect.tables.optimum import proven
from gemeinsinn.protect.tables.parts import Terms, kept_from_insiders
from gemeinsinn.protect.tables.pattern import FREE, Flags, pattern_of
from gemeinsinn.protect.tables.policy import Attacker, ProtectionLevel, TablePolicy
from gemeinsinn.protect.tables.problem import Problem, Suspicion, counts, lowest_values, owners, problem_of
from gemeinsinn.protect.tables.repair import Repair, for_outsiders
from gemeinsinn.protect.tables.rules import NO_FACTS, Facts, Primary, primary_cells
from gemeinsinn.protect.tables.union import Union
from gemeinsinn.protect.tables.words import Attack, told


_REPAIRS = 4
_LARGE = 300_000
"""Of tables with more cells that may be hidden, families are only repaired, and fewer attempts are made to show cells."""
_ADDS_UP = 1e-9
_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Protection:
    """What is hidden of a table, why, and the proof. It holds true values: only those who protect it may read it."""

    pattern: NDArray[np.uint8]
    """The state of each cell of the present table."""
    primary: Primary
    needs: Needs
    """How far the cells of the present table must be able to deviate."""
    attacked: TableModel
    """What was attacked: the table, or its union with everything released before."""
    attacked_pattern: NDArray[np.uint8]
    attacked_needs: Needs
    witnesses: sparse.csr_matrix
    """Deviations that prove the needs, tables by cells of what was attacked."""
    bound: float | None
    """No safe pattern costs less, if that was asked for."""
    knows: tuple[NDArray[np.int64], ...]
    """What attackers know who are more than one person: cells of what was attacked that one household makes up."""
    verdict: Verdict
    insiders: int
    """How many insiders could recompute somebody else's cell, whether they are attackers of the policy or not."""
    hopeless: bool
    """Whether no pattern of the table is safe, were everything hidden that may be."""
    frozen: tuple[Frozen, ...]
    """Cells that earlier releases no longer let anybody hide."""
    seconds: float


def protect(  # noqa: PLR0913  (each is a choice of its own)
    model: TableModel,
    policy: TablePolicy,
    *,
    facts: Facts = NO_FACTS,
    earlier: Union | None = None,
    begin: Flags | None = None,
    prove: bool = False,
    seconds: float | None = None,
    explain: bool = True,
) -> Protection:
    """Hide the cells of a table that its policy does not let out, and others for their sake.

    With `earlier` the table is protected together with everything released before. `begin` are cells that an earlier
    release hides: they stay hidden, and only what that leaves open is repaired. With `prove` the search goes on to the
    proven optimum, or as far as `seconds` allow; without it equal tables have equal patterns. The verdict says whether
    the result is safe, and how it is attacked if not, which takes long to `explain`; raises `UnfinishedError` if a program of the attack did not come to its end.
    """
    begun = perf_counter()
    _check_sums(model)
    primary = primary_cells(model, policy, facts)
    needs = needs_of(model, policy, primary.mask)
    whole = model if earlier is None else earlier.model
    asked, mask = (needs, primary.mask) if earlier is None else _united(earlier, needs, primary.mask, policy)
    alone = _made_up_by_one(model, facts) if earlier is None else earlier.lifted(_made_up_by_one(model, facts))
    problem = problem_of(whole, policy, mask, asked, alone=alone)
    terms = (
        Terms(policy.attackers) if problem.size <= _LARGE else Terms(policy.attackers, Effort(0, 0, 0), programs=100)
    )
    if begin is None:
        hidden = Decomposition(problem, whole.spine, terms).run()
    else:
        kept = begin if earlier is None else earlier.lifted(begin)
        hidden = problem.given | kept[problem.cells]
    bound = None
    if prove or seconds is not None:
        found = proven(problem, hidden, terms, seconds=seconds)
        hidden, bound = found.hidden, found.bound
    mended = _repaired(problem, hidden, terms)
    hidden, audit, suspicions = mended.hidden, mended.audit, mended.suspicions
    everything = np.zeros(whole.cells, dtype=np.bool_)
    everything[problem.cells[hidden]] = True
    breaches = _breaches(whole, problem, hidden, audit, suspicions, explain=explain)
    states = pattern_of(everything | (mask & ~whole.open_cells()), mask)
    exposed = sorted({each.cell for each in breaches}) if explain else []
    frozen = () if earlier is None else frozen_cells(earlier, mask, exposed=exposed, hidden=everything)
    took = perf_counter() - begun
    return Protection(
        pattern=states if earlier is None else earlier.pattern(states),
        primary=primary,
        needs=needs,
        attacked=whole,
        attacked_pattern=states,
        attacked_needs=_hidden_needs(asked, states),
        witnesses=_over_table(audit.witnesses, problem, whole.cells),
        bound=bound,
        knows=_known(problem, terms, alone),
        verdict=Verdict(tuple(breaches), audit.checked, took),
        insiders=_insiders(whole, policy, problem, hidden, suspicions, terms),
        hopeless=mended.hopeless,
        frozen=frozen,
        seconds=took,
    )


def _check_sums(model: TableModel) -> None:
    """Equations that do not hold for the true values protect nothing."""
    if not model.cells:
        return
    off = np.abs(model.equations @ model.values)
    size = abs(model.equations) @ np.abs(model.values)
    wrong = np.flatnonzero(off > _ADDS_UP * np.maximum(size, 1.0))
    if wrong.size:
        row = model.equations[wrong[0]]
        names = ["(" + ", ".join(model.labels.of(int(cell))) + ")" for cell in row.indices[:_NAMED]]
        what = f"{wrong.size} sums of the table do not hold, the first one of the cells {', '.join(names)}."
        raise DefinitionError(what, remedy="Add totals up from their parts; divide a code that two groupings divide.")


def needs_of(model: TableModel, policy: TablePolicy, primary: Flags) -> Needs:
    """What the primary cells of a table need by its policy; cells that must stay open need nothing."""
    hidden, lowest = primary & ~model.open_cells(), lowest_values(model, policy)
    if not counts(model):
        return shares(model.values, hidden, percent=policy.protection_percent, lowest=lowest)
    if policy.protection is ProtectionLevel.THRESHOLD:
        return threshold(model.values, model.counted, hidden, min_units=policy.min_units, lowest=lowest)
    return neighbours(model.values, hidden, lowest=lowest)


def _united(earlier: Union, needs: Needs, primary: Flags, policy: TablePolicy) -> tuple[Needs, Flags]:
    """The needs and primary cells of a union: those of the present table and those of earlier releases.

    Nothing is asked that cannot be: an earlier release may have let a count be nobody which can be no less than one now.
    """
    movable = ~earlier.model.open_cells()
    up = np.maximum(earlier.lifted(needs.up), earlier.needs.up)
    room = earlier.model.values - lowest_values(earlier.model, policy)
    down = np.minimum(np.maximum(earlier.lifted(needs.down), earlier.needs.down), room)
    mask = earlier.lifted(primary) | earlier.primary
    return Needs(up, down).only(movable), mask


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Mended:
    """A pattern, what the last attack on it found, and whether the attack would find something in every pattern."""

    hidden: Flags
    audit: Audit
    suspicions: list[Suspicion]
    hopeless: bool = False


def _repaired(problem: Problem, hidden: Flags, terms: Terms) -> _Mended:
    """A pattern that an attack on the whole table finds nothing in, if there is one, and what the last attack found."""
    rng = np.random.default_rng(terms.seed)
    insiders = Insiders(problem, known_cells(problem, terms.attackers), rng)
    repair = Repair(problem)

    def seen(pattern: Flags) -> _Mended:
        audit = attacked(problem, pattern, workers=terms.workers, seed=terms.seed)
        return _Mended(pattern, audit, insiders.suspicions(pattern))

    found = seen(hidden)
    for attempt in range(_REPAIRS):
        if not found.audit.short.any() and not found.suspicions:
            break
        if attempt == 1:
            most = seen(np.ones(problem.size, dtype=np.bool_))
            if most.audit.short.any() or most.suspicions:
                return replace(found, hopeless=True)
        hidden = found.hidden
        if found.audit.short.any():
            hidden = for_outsiders(repair, hidden, np.flatnonzero(found.audit.short), rng).hidden
        if insiders.knows:
            hidden = kept_from_insiders(repair, hidden, insiders)
        if (hidden == found.hidden).all():
            break
        found = seen(hidden)
    return found


def _made_up_by_one(model: TableModel, facts: Facts) -> Flags:
    """Cells that a single household, provider or other further unit makes up."""
    found = np.zeros(model.cells, dtype=np.bool_)
    for units in facts.units.values():
        found |= np.asarray(units) == 1
    return found


def _breaches(
    model: TableModel, problem: Problem, hidden: Flags, audit: Audit, suspicions: list[Suspicion], *, explain: bool
) -> list[Breach]:
    movable = np.zeros(model.cells, dtype=np.bool_)
    movable[problem.cells[hidden]] = True
    found = breaches_of(model, problem, hidden, audit, explain=explain)
    for each in suspicions:
        known = tuple(problem.cells[each.known].tolist())
        for cell in problem.cells[each.cells].tolist():
            value = float(model.values[cell])
            words = told(model, movable, Attack(cell, known=known, low=value, high=value)) if explain else ""
            found.append(Breach(cell, "insider", value, value, words))
    return found


def _known(problem: Problem, terms: Terms, alone: Flags) -> tuple[NDArray[np.int64], ...]:
    every = (problem.cells[known] for known in known_cells(problem, terms.attackers))
    return tuple(known for known in every if alone[known].any())


def _insiders(
    model: TableModel, policy: TablePolicy, problem: Problem, hidden: Flags, suspicions: list[Suspicion], terms: Terms
) -> int:
    """How many insiders find something out; where the policy does not keep them off, it is found out here."""
    if policy.insiders:
        return len(suspicions)
    every = replace(problem, owner=owners(model)[problem.cells])
    knows = known_cells(every, (Attacker.INSIDER,))
    return len(all_suspicions(every, hidden, knows, np.random.default_rng([terms.seed, 2])))


def _hidden_needs(needs: Needs, states: NDArray[np.uint8]) -> Needs:
    return needs.only(states != FREE)


def _over_table(witnesses: sparse.csr_matrix, problem: Problem, cells: int) -> sparse.csr_matrix:
    """Deviations of a problem's cells as deviations of the table's."""
    return sparse.csr_matrix(
        (witnesses.data, problem.cells[witnesses.indices], witnesses.indptr), shape=(witnesses.shape[0], cells)
    )
