"""Classes of records: those that nobody can tell apart by their quasi-identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


Array = NDArray[Any]

_MOST_KEYS = 1 << 62


@dataclass(frozen=True, eq=False, repr=False)
class Classes:
    """Records by class, those of one class together."""

    order: NDArray[np.int64]
    """The places of the records."""
    begin: NDArray[np.int64]
    """Where each class begins in `order`; one more than there are classes."""

    def __len__(self) -> int:
        return self.begin.size - 1

    @property
    def records(self) -> int:
        """How many records there are in all."""
        return self.order.size

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """How many records each class has."""
        return np.diff(self.begin)

    @property
    def smallest(self) -> int:
        """The size of the smallest class, which is the k of k-anonymity; 0 without records."""
        return int(self.sizes.min(initial=self.records))

    def lowest(self, codes: Array) -> Array:
        """The smallest code in each class."""
        return _reduced(np.minimum, codes, self)

    def highest(self, codes: Array) -> Array:
        """The largest code in each class."""
        return _reduced(np.maximum, codes, self)

    def spread(self, values: Array) -> Array:
        """A value of each class as one of each record, in the order of the records."""
        found = np.empty(self.records, dtype=values.dtype)
        found[self.order] = np.repeat(values, self.sizes)
        return found


def _reduced(least_or_most: np.ufunc, codes: Array, classes: Classes) -> Array:
    if not len(classes):
        return codes[:0]
    return np.asarray(least_or_most.reduceat(codes[classes.order], classes.begin[:-1]))


def equal_records(columns: Sequence[Array], *, records: int) -> Classes:
    """The classes of records that are equal in every column of codes (whole numbers from 0)."""
    number, count = np.zeros(records, dtype=np.int64), 1
    for codes in columns:
        width = int(codes.max(initial=0)) + 1
        if count * width >= _MOST_KEYS:
            number, count = numbered(number)
        number = number * width + codes
        count *= width
    number, count = numbered(number)
    return by_number(number, count)


def by_number(number: Array, count: int) -> Classes:
    """Classes of records that bear the number of their class, from 0 to below `count`."""
    begin = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(number, minlength=count), out=begin[1:])
    return Classes(_placed(number, begin[:-1].copy()), begin)


def numbered(keys: Array) -> tuple[NDArray[np.int64], int]:
    """Keys as numbers in the order in which they first occur, and how many different ones there are."""
    slots = 1 << max(4, int(2 * keys.size).bit_length())
    return _numbered(keys, np.full(slots, -1, dtype=np.int64), np.empty(keys.size, dtype=np.int64))


@njit(nogil=True, cache=True)
def _numbered(keys: Array, slots: Array, numbers: Array) -> tuple[Array, int]:
    """An open hash table, by the multiplicative hash of Knuth (1973); `slots` hold where a key stood first."""
    mask = slots.size - 1
    shift = np.uint64(32)
    count = 0
    for place in range(keys.size):
        mixed = np.uint64(keys[place]) * np.uint64(0x9E3779B97F4A7C15)
        slot = np.int64((mixed ^ (mixed >> shift)) & np.uint64(mask))
        while slots[slot] >= 0 and keys[slots[slot]] != keys[place]:
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = place
            numbers[place] = count
            count += 1
        else:
            numbers[place] = numbers[slots[slot]]
    return numbers, count


@njit(nogil=True, cache=True)
def _placed(number: Array, following: Array) -> Array:
    """Places in the order of their classes; `following` says where each class goes on, and is used up."""
    order = np.empty(number.size, np.int64)
    for place in range(number.size):
        order[following[number[place]]] = place
        following[number[place]] += 1
    return order
