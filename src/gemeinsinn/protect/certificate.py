"""Certificates: what somebody needs who wants to check the protection of a table without a solver, and nothing else.

A certificate holds true values, for a deviation must not take them below zero, or below one where every zero is shown.
It is for the office that made it and for whoever may see its data; it is never published.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.claims import ARRAYS, FORMAT, Claim, digest_of
from gemeinsinn.protect.recomputing import Moves, components, knowledge_of
from gemeinsinn.protect.tables.apart import in_general_position, leaving_alone
from gemeinsinn.protect.tables.exact import Exact, Piece, Scaled, scaled
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, Array
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.problem import lowest_values
from gemeinsinn.protect.tables.union import Union


CONFIDENTIAL = (
    "This certificate holds the true values of hidden cells. It is for the office that protects the table. "
    "Do not publish it."
)
_STEPPED = ("equation_starts", "equation_cells", "table_starts", "table_cells", "need_cells", "knows_starts")
_LEVEL = 6
_SEED = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What a certificate is about."""

    table: str
    release: str = ""
    """The hash of what is published."""
    ledger: str = ""
    """The digest of the ledger's head that the release was audited against; empty without a ledger."""
    covered_by: tuple[str, ...] = ()
    """Certificates of earlier releases that cover the parts which were released before just so."""
    present_cells: int | None = None
    """How many cells, the first ones, are the present table's; None: all."""
    real_cells: int | None = None
    """How many cells, the first ones, are cells of tables and no bounds; None: all."""


def subject_in(union: Union, *, table: str, release: str = "", ledger: str = "") -> Subject:
    """What a certificate is about whose model is a union with earlier releases."""
    return Subject(table, release, ledger, union.covered_by, present_cells=union.present, real_cells=union.real)


def certificate(
    model: TableModel,
    pattern: Array,
    needs: Needs,
    witnesses: sparse.csr_matrix,
    *,
    policy: TablePolicy,
    subject: Subject,
    knows: Sequence[Array] = (),
) -> bytes:
    """The certificate of a protected table: a pattern, what it must keep, and the deviations that prove it.

    `witnesses` are a solver's deviations, tables by cells. `knows` are the cells of attackers beside those that the
    policy implies. Raises `DisclosureError` if a requirement has no exact proof; then nothing may be released on it.
    """
    pattern = np.asarray(pattern)
    may_move = pattern != FREE
    if policy.zeros_known:
        may_move &= (model.values != 0) | (model.counted != 0)
    whole = scaled(
        model.values,
        model.equations,
        may_move,
        up=needs.up,
        down=needs.down,
        signed=policy.signed,
        lowest=lowest_values(model, policy),
    )
    exact = Exact(whole)
    exact.add_useful(witnesses)
    if exact.missing.size:
        told = ", ".join(map(str, model.labels.of(int(exact.missing[0]))))
        what = f"{exact.missing.size} requirements have no exact witness, the first of cell ({told})."
        raise DisclosureError(
            what, remedy="Nothing was released. Hide more, or report the table's size and the policy."
        )
    facts = _facts(model, policy, subject, whole.scale)
    arrays = _arrays(model, pattern, whole, knows=knows, min_units=policy.min_units)
    pieces = exact.pieces
    claim = _claimed(facts, arrays, whole, pieces)
    if knowledge_of(claim).names:
        rng = np.random.default_rng(_SEED)
        pieces = [*pieces, *in_general_position(whole, rng, level=_levels(model, whole))]
        claim = _claimed(facts, arrays, whole, pieces)
        pairs = _recomputable(claim)
        if pairs:
            claim = _claimed(facts, arrays, whole, pieces, leaving_alone(whole, pairs))
            pairs = _recomputable(claim)
        if pairs:
            raise _not_separable(model, pairs)
    return written(claim)


def written(claim: Claim) -> bytes:
    """A certificate as it is written: JSON, its arrays as the smallest whole numbers that hold them, compressed."""
    plain = {**claim.facts, "digest": digest_of(claim.facts, claim.arrays)}
    plain["arrays"] = {name: _packed(claim[name], steps=name in _STEPPED) for name in ARRAYS}
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


def digest(content: bytes) -> str:
    """Names a certificate."""
    return hashlib.sha256(content).hexdigest()


def _facts(model: TableModel, policy: TablePolicy, subject: Subject, scale: int) -> dict[str, Any]:
    present = model.cells if subject.present_cells is None else subject.present_cells
    real = model.cells if subject.real_cells is None else subject.real_cells
    return {
        "format": FORMAT,
        "confidential": CONFIDENTIAL,
        "table": subject.table,
        "release": subject.release,
        "ledger": subject.ledger,
        "covered_by": list(subject.covered_by),
        "policy": policy.document,
        "policy_digest": policy.digest,
        "counts": bool((model.counted == model.values)[:real].all()),
        "scale": scale,
        "present_cells": present,
        "real_cells": real,
        "digest": "",
    }


def _arrays(
    model: TableModel, pattern: Array, whole: Scaled, *, knows: Sequence[Array], min_units: int
) -> dict[str, Array]:
    equations = sparse.csr_matrix(model.equations)
    asked = np.flatnonzero((whole.up > 0) | (whole.down > 0))
    units = np.rint(model.counted).astype(np.int64)
    return {
        "values": whole.values,
        "units": units,
        "pattern": pattern.astype(np.int64),
        "equation_starts": equations.indptr.astype(np.int64),
        "equation_cells": equations.indices.astype(np.int64),
        "equation_signs": np.rint(equations.data).astype(np.int64),
        "need_cells": asked,
        "need_up": whole.up[asked],
        "need_down": whole.down[asked],
        "exempt": np.flatnonzero(model.open_cells() & (pattern == FREE) & (units < min_units)),
        "knows_starts": np.cumsum([0, *(len(each) for each in knows)]),
        "knows_cells": np.concatenate([np.zeros(0, dtype=np.int64), *knows]).astype(np.int64),
    }


def _claimed(
    facts: Mapping[str, Any],
    arrays: Mapping[str, Array],
    whole: Scaled,
    pieces: Sequence[Piece],
    apart: Sequence[Piece] = (),
) -> Claim:
    """With pieces of equal divisors laid together into tables: those that have no cell in common.

    Of the pieces that keep something apart no two of one component are laid together, for one might move what the other
    leaves alone.
    """
    layers = [
        *_layers(pieces, [piece.places for piece in pieces]),
        *_layers(apart, [np.array([piece.component]) for piece in apart]),
    ]
    cells, deviations, sizes = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [0]
    for layer in layers:
        places = np.concatenate([piece.places for piece in layer])
        order = np.argsort(places)
        cells.append(whole.hidden[places[order]])
        deviations.append(np.concatenate([piece.deviations for piece in layer])[order])
        sizes.append(places.size)
    tables = {
        "table_starts": np.cumsum(sizes),
        "table_cells": np.concatenate(cells),
        "table_deviations": np.concatenate(deviations),
        "table_divisors": np.array([layer[0].divisor for layer in layers], dtype=np.int64),
    }
    return Claim(facts, {**arrays, **tables})


def _layers(pieces: Sequence[Piece], taken: Sequence[Array]) -> list[list[Piece]]:
    """Pieces of equal divisors, no two of which take the same; each as far down as it fits."""
    layers: dict[tuple[int, int], list[Piece]] = {}
    filled: dict[int, Array] = {}
    size = max((int(places.max()) + 1 for places in taken), default=0)
    for piece, places in zip(pieces, taken, strict=True):
        height = filled.setdefault(piece.divisor, np.zeros(size, dtype=np.int64))
        layer = int(height[places].max()) + 1
        height[places] = layer
        layers.setdefault((piece.divisor, layer), []).append(piece)
    return list(layers.values())


def _levels(model: TableModel, whole: Scaled) -> Array | None:
    """How deep each hidden cell lies along the spine; without one, nothing takes the table apart."""
    if model.spine is None:
        return None
    parent = model.spine.parent
    depth, above = np.zeros(parent.size, dtype=np.int64), parent
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parent[above], -1)
    return np.asarray(depth[model.spine.node[whole.hidden]])


def _recomputable(claim: Claim) -> list[tuple[Array, Array]]:
    """What attackers know, and cells that no deviation so far keeps from them."""
    component, knowledge = components(claim), knowledge_of(claim)
    asked = np.zeros(claim["values"].size, dtype=np.bool_)
    asked[claim["need_cells"]] = True
    asked &= claim.hidden
    moves = Moves(claim, component)
    suspects = [(knowledge.of(attacker), cells) for attacker, cells in moves.suspects(knowledge, asked)]
    pairs = [(known, moves.unmoved(known, cells)) for known, cells in suspects]
    return [(known, cells) for known, cells in pairs if cells.size]


def _not_separable(model: TableModel, pairs: Sequence[tuple[Array, Array]]) -> DisclosureError:
    cell = int(pairs[0][1][0])
    told = ", ".join(map(str, model.labels.of(cell)))
    what = (
        f"somebody who knows his own cells can recompute cell ({told}), and {len(pairs) - 1} more can recompute others."
    )
    return DisclosureError(what, remedy="Nothing was released. Hide more cells, or merge categories.")


def _packed(numbers: Array, *, steps: bool) -> dict[str, Any]:
    stored = np.diff(numbers, prepend=0) if steps else numbers
    low, high = (int(stored.min()), int(stored.max())) if stored.size else (0, 0)
    dtype = np.promote_types(np.min_scalar_type(low), np.min_scalar_type(high))
    if dtype.kind not in "iu":
        dtype = np.dtype(np.int64)
    raw = stored.astype(dtype.newbyteorder("<"))
    data = base64.b64encode(zlib.compress(raw.tobytes(), _LEVEL)).decode()
    return {"type": raw.dtype.str, "count": int(stored.size), "steps": steps, "data": data}
