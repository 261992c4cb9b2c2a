"""The union of a table with all that was released before: one table of the attacker, in which a cell stands once.

A cell that any earlier release shows stays open. One that earlier releases hide, and the present table does not hold,
is hidden at no cost and, where it was primary, still has to be protected. A number that was rounded or deviates bounds
its cell from both sides: for `low <= c <= high` there are two more cells, `c - low` and `high - c`, neither negative.

Parts of the present table that were released before just so, to the same audience on the same policy, need no solving:
to release them again with their old pattern adds nothing to a union that was audited when they were released.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gemeinsinn.errors import DisclosureError
from gemeinsinn.protect.ledger import Entry, Head, Ledger, concerned
from gemeinsinn.protect.released import Parts, Shows, keyed, parts_of
from gemeinsinn.protect.tables.model import TableModel
from gemeinsinn.protect.tables.needs import Needs
from gemeinsinn.protect.tables.pattern import FREE, PRIMARY, SECONDARY, Array, Flags
from gemeinsinn.protect.tables.pool import Pool, pooled
from gemeinsinn.protect.tables.union_names import UnionLabels, union_labels, union_spine


NO_UNITS = -1
"""The units behind a cell that only says how far another one is from its bound: not even nobody."""

UNSETTLED = 255
"""The state of a cell of the present table that has to be decided."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Union:
    """The cells of the present table that are not settled, first and in their order, and what earlier releases add."""

    model: TableModel
    """Forced open is what an earlier release shows. Latent, hidden at no cost, is what only earlier releases hold, what
    nobody shows of the present table, and how far a cell is from its bounds."""
    place: NDArray[np.int64]
    """For each cell of the present table its place in the model; -1 where it is settled."""
    settled: NDArray[np.uint8]
    """For each cell of the present table its state in the release that settled it, else `UNSETTLED`."""
    settled_in: NDArray[np.int32]
    """For each cell of the present table the number of the entry that settled it; 0 for none."""
    primary: Flags
    """Cells of the model that were primary in an earlier release and are still hidden."""
    needs: Needs
    """How far these must be able to move."""
    shown_in: NDArray[np.int32]
    """For each cell of the model the number of the first entry that shows it; 0 for none."""
    heads: tuple[Head, ...]
    """The entries that the audience sees."""
    real: int
    """How many cells, the first ones, are cells of tables; those behind them are bounds."""

    @property
    def unsettled(self) -> NDArray[np.int64]:
        """The cells of the present table that have to be decided."""
        return np.flatnonzero(self.place >= 0)

    @property
    def present(self) -> int:
        """How many cells of the model, the first ones, are the present table's."""
        return int(self.place.max(initial=-1)) + 1

    @property
    def covered_by(self) -> tuple[str, ...]:
        """The certificates of the releases that settled parts of the present table."""
        numbers = set(self.settled_in.tolist())
        return tuple(head.certificate for head in self.heads if head.number in numbers and head.certificate)

    def lifted(self, present: Array) -> Array:
        """What is said of the cells of the present table, said of the cells of the model; nothing of all others."""
        found = np.zeros(self.model.cells, dtype=present.dtype)
        found[self.place[self.unsettled]] = present[self.unsettled]
        return found

    def pattern(self, states: Array) -> NDArray[np.uint8]:
        """The pattern of the present table, out of that of the model and of what is settled."""
        found = self.settled.copy()
        found[self.unsettled] = states[self.place[self.unsettled]]
        return found

    def head_of(self, number: int) -> Head:
        """What an entry says of itself."""
        return next(head for head in self.heads if head.number == number)


def united(model: TableModel, ledger: Ledger, *, audience: str, policy: str, entered: bool = False) -> Union:
    """The union of a table with what an audience saw before; `policy` is the digest of the policy of the table.

    Left out is what the present table is not linked with over cells that may move. Where the table has `entered` the
    ledger itself, its own cells link as well, for what they show is news.
    """
    if model.identities is None:
        remedy = "Say what is counted of whom and on which day."
        raise DisclosureError("a table without identities cannot be compared with earlier releases.", remedy=remedy)
    entries = ledger.seen_by(audience)
    identities = keyed(model.identities, ledger.key)
    parts = parts_of(identities, model.equations, np.rint(model.counted), model.open_cells())
    same = [entry for entry in entries if (entry.head.audience, entry.head.policy) == (audience, policy)]
    settled, settled_in = _settled(identities, parts, same)
    todo = np.flatnonzero(settled == UNSETTLED)
    pool = pooled(model, identities, todo, entries)
    cells = _reached(pool, over_known=entered)
    place = np.full(model.cells, -1, dtype=np.int64)
    back = np.full(pool.values.size, -1, dtype=np.int64)
    back[cells] = np.arange(cells.size)
    place[todo] = back[pool.present]
    found = _with_names(model, pool, cells, place=place, entries=entries)
    return replace(found, settled=settled, settled_in=settled_in)


def wider_unions(model: TableModel, ledger: Ledger, *, audience: str) -> Iterator[tuple[str, Union]]:
    """The audiences that see more and were told something of their own, each with what the table is to them.

    Nothing is settled in these: the table is to be attacked as it will be shown, and what must stay hidden is `primary`
    with its `needs`, the small cells that earlier releases hide from this audience, too.
    """
    own = {entry.head.audience for entry in ledger.entries}
    for wider in concerned(audience):
        if wider != audience and wider in own:
            yield wider, united(model, ledger, audience=wider, policy="")


def _settled(identities: Array, parts: Parts, entries: Sequence[Entry]) -> tuple[Array, Array]:
    """The states of cells in parts that an earlier entry holds just so, and the entry's number; the newest one counts."""
    found = np.full(len(identities), UNSETTLED, dtype=np.uint8)
    settled_in = np.zeros(len(identities), dtype=np.int32)
    wanted = {digest.tobytes(): number for number, digest in enumerate(parts.table)}
    mine = _grouped(parts.number, identities)
    for entry in entries:
        content = entry.content()
        shared = [(wanted.get(digest.tobytes()), part) for part, digest in enumerate(content.table)]
        theirs = _grouped(content.part, content.shown.identities) if any(at is not None for at, _ in shared) else []
        hidden = np.where(content.sealed.primary, PRIMARY, SECONDARY)
        states = np.where(content.shown.shows == Shows.HIDDEN, hidden, FREE)
        for number, part in shared:
            if number is not None:
                found[mine[number]] = states[theirs[part]]
                settled_in[mine[number]] = entry.head.number
    return found, settled_in


def _grouped(part: Array, identities: Array) -> list[Array]:
    """The cells of each part, in the order of their identities."""
    if not part.size:
        return []
    order = np.lexsort((identities[:, 1], identities[:, 0], part))
    return np.split(order, np.searchsorted(part[order], np.arange(1, int(part.max()) + 1)))


def _reached(pool: Pool, *, over_known: bool) -> Array:
    """The cells of the present table, what they are linked with over cells that may move, and what is known beside.

    A cell whose value is known links nothing: the attacker puts its number in the place of its name. Only if that is
    news, every equation that it stands in counts.
    """
    size = pool.values.size
    pattern = abs(pool.equations).astype(np.int8)
    moving = pattern.copy()
    moving.data[pool.forced[moving.indices]] = 0
    moving.eliminate_zeros()
    graph = sparse.block_array([[None, moving.T], [moving, None]], format="csr") if moving.nnz else None
    component = np.arange(size + pattern.shape[0]) if graph is None else connected_components(graph, directed=False)[1]
    linked = component[pool.present[~pool.forced[pool.present]]]
    if over_known:
        own_rows = np.flatnonzero(pattern[:, pool.present].getnnz(axis=1))
        linked = np.concatenate([linked, component[size + own_rows]])
    near = np.isin(component, linked)
    near[pool.present] = True
    near[:size][pattern[near[size:]].indices] = True
    own = np.zeros(size, dtype=np.bool_)
    own[pool.present] = True
    return np.concatenate([np.flatnonzero(own), np.flatnonzero(near[:size] & ~own)])


def _with_names(model: TableModel, pool: Pool, cells: Array, *, place: Array, entries: Sequence[Entry]) -> Union:
    own = np.zeros(pool.values.size, dtype=np.bool_)
    own[pool.present] = True
    labels = union_labels(model, entries, pool.source[cells])
    inside = np.zeros(pool.values.size, dtype=np.int32)
    inside[cells] = 1
    within = abs(pool.equations) @ (1 - inside) == 0
    unseen = ~own
    unseen[pool.present] = model.latent_cells()[place >= 0]
    plain = TableModel(
        pool.values[cells],
        pool.equations[np.flatnonzero(within)][:, cells],
        labels,
        spine=union_spine(model, labels),
        units=pool.units[cells],
        signed=model.signed,
        forced=pool.forced[cells],
        latent=unseen[cells] & ~pool.forced[cells],
    )
    seen = pool.seen
    bounded = _bounded(plain, labels, seen.low[cells], seen.high[cells])
    added = bounded.cells - cells.size
    needs = Needs(np.pad(seen.up[cells], (0, added)), np.pad(seen.down[cells], (0, added)))
    primary, shown_in = np.pad(seen.primary[cells], (0, added)), np.pad(seen.shown_in[cells], (0, added))
    return Union(
        model=bounded,
        place=place,
        settled=np.zeros(0, dtype=np.uint8),
        settled_in=np.zeros(0, dtype=np.int32),
        primary=primary,
        needs=needs,
        shown_in=shown_in,
        heads=tuple(entry.head for entry in entries),
        real=cells.size,
    )


def _bounded(plain: TableModel, labels: UnionLabels, low: Array, high: Array) -> TableModel:
    """The table with two more cells for each bound: what is left to it, which may move, and the bound, which is known."""
    movable = ~plain.open_cells()
    below = np.flatnonzero(movable & np.isfinite(low) & (plain.signed | (low > 0)))
    above = np.flatnonzero(movable & np.isfinite(high))
    cells, bounds = np.concatenate([below, above]), np.concatenate([low[below], high[above]])
    if not cells.size:
        return plain
    side = np.repeat([-1, 1], [below.size, above.size])
    left = side * (bounds - plain.values[cells])
    count, one = cells.size, np.ones(cells.size, dtype=np.int32)
    rows = np.tile(np.arange(count), 3)
    columns = np.concatenate([cells, plain.cells + np.arange(count), plain.cells + count + np.arange(count)])
    signs = np.concatenate([one, side, -one]).astype(np.int32)
    total = plain.cells + 2 * count
    more = sparse.csr_matrix((signs, (rows, columns)), (count, total))
    wider = sparse.csr_matrix(
        (plain.equations.data, plain.equations.indices, plain.equations.indptr), (plain.equations.shape[0], total)
    )
    yes, no = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    spine = plain.spine and type(plain.spine)(
        plain.spine.parent, plain.spine.node[np.concatenate([np.arange(plain.cells), cells, cells])]
    )
    return TableModel(
        np.concatenate([plain.values, left, bounds]),
        sparse.csr_matrix(sparse.vstack([wider, more], format="csr")),
        labels.with_bounds(cells),
        spine=spine,
        units=np.pad(plain.counted, (0, 2 * count), constant_values=NO_UNITS),
        signed=plain.signed,
        forced=np.concatenate([plain.open_cells(), no, yes]),
        latent=np.concatenate([plain.latent_cells(), yes, no]),
    )
