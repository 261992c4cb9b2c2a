"""Households out of people: couples by rank of age, children with mothers of a likely age, the others on their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gemeinsinn.synthetic.arrays import FEMALE, NOBODY, Array, Rng, ranks
from gemeinsinn.synthetic.people import Marital


_AT_HOME = ([17, 18, 19, 20, 22, 24, 26, 29, 35], [1.0, 0.95, 0.85, 0.72, 0.52, 0.36, 0.2, 0.08, 0.0])
_PAIRED = {
    False: ([17, 19, 24, 29, 35, 45, 60, 70, 78, 86, 95], [0, 0.02, 0.22, 0.5, 0.68, 0.72, 0.73, 0.74, 0.72, 0.6, 0.4]),
    True: ([17, 19, 24, 29, 35, 45, 60, 70, 78, 86, 95], [0, 0.05, 0.36, 0.6, 0.72, 0.72, 0.7, 0.62, 0.45, 0.18, 0.06]),
}
"""The chance to live with a partner by age: men, women."""
_MARRIED = ([18, 24, 29, 34, 40, 50, 65], [0.2, 0.33, 0.55, 0.74, 0.83, 0.88, 0.95])
_DIVORCED = ([25, 32, 45, 60, 75, 90], [0.01, 0.06, 0.3, 0.4, 0.25, 0.1])
_WIDOWED = ([35, 50, 60, 70, 80, 90], [0.0, 0.03, 0.12, 0.35, 0.68, 0.86])
_MIXED = 0.12
_MOTHERS_AGE, _SPREAD = 30.5, 5.3
_SINGLE_MOTHERS = 0.35
_MOST_CHILDREN = 4
_PARENTS = (22, 60)
_SPAN = 1000
_UNKNOWN = 0.004
_PARTNERSHIP, _DISSOLVED, _SURVIVED, _ANNULLED = 0.004, 0.0012, 0.0004, 0.0004


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    """Who lives with whom: the row of the household's first person, the partner's row, and who is a child in it."""

    head: Array
    mate: Array
    child: Array


def formed(place: Array, age: Array, sex: Array, foreign: Array, *, rng: Rng, paired: float = 1.0) -> Households:
    """Households of people in places (municipalities); `paired` makes couples more or less frequent."""
    count = len(age)
    child = rng.random(count) < np.interp(age, *_AT_HOME)
    women = sex == FEMALE
    chance = np.where(women, np.interp(age, *_PAIRED[True]), np.interp(age, *_PAIRED[False]))
    wants = ~child & (rng.random(count) < chance * paired)
    group = place * 2 + (foreign ^ (rng.random(count) < _MIXED))
    mate = np.full(count, NOBODY)
    his, hers = _couples(group, age + rng.normal(0, 1.6, count) + 2.6 * women, wants & ~women, wants & women, rng)
    mate[his], mate[hers] = hers, his
    head = np.where((mate != NOBODY) & ~women, mate, np.arange(count))
    head[child] = _parents(place, age, foreign, child, women & ~child & (mate != NOBODY), women & ~child, rng)
    head[child] = head[head[child]]
    return Households(head, mate, child)


def _couples(group: Array, key: Array, men: Array, women: Array, rng: Rng) -> tuple[Array, Array]:
    """Men and women of the same group, paired by rank of age; who is left over is left by lot."""
    width = int(group.max(initial=0)) + 1
    counts = [np.bincount(group[each], minlength=width) for each in (men, women)]
    kept = np.minimum(*counts)
    pairs = []
    for each in (men, women):
        rows = np.flatnonzero(each)
        rows = rows[np.lexsort((rng.random(len(rows)), group[rows]))]
        rows = rows[ranks(group[rows]) < kept[group[rows]]]
        pairs.append(rows[np.lexsort((key[rows], group[rows]))])
    return pairs[0], pairs[1]


def _parents(place: Array, age: Array, foreign: Array, child: Array, paired: Array, women: Array, rng: Rng) -> Array:
    """For each child a woman of a likely age in the same place; else any grown-up there; else the child itself."""
    children = np.flatnonzero(child)
    mothers = np.flatnonzero(paired | (women & (rng.random(len(age)) < _SINGLE_MOTHERS)))
    wanted = age[children] + np.clip(rng.normal(_MOTHERS_AGE, _SPREAD, len(children)), 17, 46)
    group = place * 2 + foreign
    near = _nearest(group[mothers] * _SPAN + age[mothers], group[children] * _SPAN + wanted)
    found = np.where(near != NOBODY, mothers[near] if len(mothers) else NOBODY, NOBODY)
    order = np.argsort(found, kind="stable")
    crowded = np.zeros(len(children), dtype=bool)
    crowded[order] = ranks(found[order]) >= _MOST_CHILDREN
    other = _anybody(place, ~child & (age >= _PARENTS[0]) & (age <= _PARENTS[1]), place[children], rng)
    found = np.where((found == NOBODY) | crowded, other, found)
    return np.where(found == NOBODY, children, found)


def _anybody(place: Array, may: Array, wanted: Array, rng: Rng) -> Array:
    """One by lot of those who may, in each wanted place; -1 where there is none."""
    rows = np.flatnonzero(may)
    if not len(rows):
        return np.full(len(wanted), NOBODY)
    rows = rows[np.argsort(place[rows], kind="stable")]
    first, last = (np.searchsorted(place[rows], wanted, side=side) for side in ("left", "right"))
    at = first + (rng.random(len(wanted)) * (last - first)).astype(np.int64)
    return np.where(last > first, rows[np.minimum(at, len(rows) - 1)], NOBODY)


def _nearest(have: Array, wanted: Array) -> Array:
    """The place in `have` of a number near each wanted one, in the same thousand; -1 if there is none."""
    if not len(have):
        return np.full(len(wanted), NOBODY)
    order = np.argsort(have, kind="stable")
    sorted_ = have[order]
    at = np.searchsorted(sorted_, wanted)
    right, left = np.minimum(at, len(have) - 1), np.maximum(at - 1, 0)
    is_right = sorted_[right] // _SPAN == wanted // _SPAN
    is_left = sorted_[left] // _SPAN == wanted // _SPAN
    nearer = is_right & (~is_left | (np.abs(sorted_[right] - wanted) <= np.abs(sorted_[left] - wanted)))
    return np.where(nearer, order[right], np.where(is_left, order[left], NOBODY))


def marital_status(age: Array, sex: Array, households: Households, *, rng: Rng) -> Array:
    """The marital status of everybody; both partners of a couple have the same one if they are married."""
    count = len(age)
    status = np.full(count, int(Marital.LD), dtype=np.int8)
    luck, alone = rng.random(count), households.mate == NOBODY
    grown = (age >= 25) & (alone | (luck < 0.5))
    widowed = np.interp(age, *_WIDOWED) * np.where(sex == FEMALE, 1.0, 0.55)
    status[grown & (luck < np.interp(age, *_DIVORCED))] = Marital.GS
    status[(age >= 35) & alone & (rng.random(count) < widowed)] = Marital.VW
    rare = rng.random(count)
    for chance, code in (
        (_UNKNOWN, Marital.NB),
        (_DISSOLVED, Marital.LA),
        (_SURVIVED, Marital.LV),
        (_ANNULLED, Marital.EA),
        (_PARTNERSHIP, Marital.LP),
    ):
        status[(age >= 25) & alone & (rare < chance)] = code
        rare = np.where(rare < chance, 1.0, rare - chance)
    hers = np.flatnonzero((sex == FEMALE) & ~alone)
    his = households.mate[hers]
    married = hers[rng.random(len(hers)) < np.interp((age[hers] + age[his]) / 2, *_MARRIED)]
    status[married] = status[households.mate[married]] = Marital.VH
    return status
