"""What a certificate says: facts and arrays of whole numbers, read without trust in what stands there.

This module needs numpy and the standard library, and nothing else of ours, like all that the verifier is made of.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


FORMAT = "gemeinsinn-certificate-1"
ARRAYS = (
    "values",
    "units",
    "pattern",
    "equation_starts",
    "equation_cells",
    "equation_signs",
    "need_cells",
    "need_up",
    "need_down",
    "exempt",
    "table_starts",
    "table_cells",
    "table_deviations",
    "table_divisors",
    "knows_starts",
    "knows_cells",
)
"""The arrays of a certificate, all of them whole numbers, in the order in which its digest takes them."""

FREE, PRIMARY = 0, 1
"""States in a pattern; any other number is a cell that is hidden for others' sake."""
ZEROS_KNOWN = ("public", "naive")
"""Words of a policy that say so; with the second nobody is taken to conclude that a hidden count is not zero."""
ZEROS = (*ZEROS_KNOWN, "structural", "secret")
MOST_NUMBER = 1 << 30
"""No number of a policy or a scale is larger."""

MOST = 1 << 28
"""No array of a certificate is longer."""

Array = NDArray[Any]


class Refusal(Exception):  # noqa: N818  (it is no error of the program)
    """A certificate that cannot be read, or that is no certificate."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Claim:
    """A certificate, read."""

    facts: Mapping[str, Any]
    arrays: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    @property
    def hidden(self) -> Array:
        """Whether each cell may deviate."""
        return np.asarray(self["pattern"] != FREE)

    @property
    def zeros_known(self) -> bool:
        """Whether everybody knows every zero."""
        return self.facts["policy"]["zeros"] in ZEROS_KNOWN

    @property
    def attackers(self) -> tuple[str, ...]:
        """Whom the table is protected from."""
        return tuple(self.facts["policy"]["attackers"])


def read(content: bytes) -> Claim:
    """The facts and arrays of a certificate; `Refusal` if it is none."""
    try:
        plain = json.loads(content)
        _check_facts(plain)
        arrays = {name: _array(name, plain["arrays"][name]) for name in ARRAYS}
        facts = {name: value for name, value in plain.items() if name != "arrays"}
    except Refusal:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise Refusal(f"this is no certificate: {type(error).__name__}.") from error
    return Claim(facts, arrays)


def _array(name: str, plain: Mapping[str, Any]) -> Array:
    dtype, count = np.dtype(plain["type"]), int(plain["count"])
    if dtype.kind not in "iu" or not 0 <= count <= MOST:
        raise Refusal(f"'{name}' is no list of whole numbers.")
    packed, unpacking = base64.b64decode(plain["data"], validate=True), zlib.decompressobj()
    raw = unpacking.decompress(packed, count * dtype.itemsize + 1)
    if len(raw) != count * dtype.itemsize:
        raise Refusal(f"'{name}' does not have {count} numbers.")
    found = np.frombuffer(raw, dtype=dtype).astype(np.int64)
    return np.asarray(np.cumsum(found) if plain.get("steps") else found)


def _check_facts(facts: Mapping[str, Any]) -> None:
    if facts["format"] != FORMAT:
        raise Refusal(f"the format is not '{FORMAT}'.")
    policy = facts["policy"]
    texts = [facts["digest"], facts["policy_digest"], policy["zeros"], policy["protection"], *policy["attackers"]]
    numbers = [facts["scale"], facts["real_cells"], facts["present_cells"], policy["min_units"]]
    truths = [policy["signed"], facts["counts"]]
    percent = policy["protection_percent"]
    fits = (
        all(isinstance(text, str) for text in texts)
        and policy["zeros"] in ZEROS
        and all(isinstance(truth, bool) for truth in truths)
        and all(isinstance(number, int) and 0 <= number < MOST_NUMBER for number in numbers)
        and isinstance(facts["covered_by"], list)
        and isinstance(percent, int | float)
        and 0 <= percent < MOST_NUMBER
    )
    if not fits:
        raise Refusal("a field has a value of the wrong kind.")


def shape_faults(claim: Claim) -> list[str]:
    """What is wrong with lengths, orders and ranges; nothing else is looked at before this is right."""
    wrong = [*_length_faults(claim), *_place_faults(claim)]
    if wrong:
        return wrong
    if _repeats(claim["need_cells"], np.array([0, claim["need_cells"].size])):
        wrong.append("a cell has needs twice.")
    if _repeats(claim["table_cells"], claim["table_starts"]):
        wrong.append("a witness table names a cell twice.")
    fits = claim["values"].size >= claim.facts["real_cells"] >= claim.facts["present_cells"]
    return wrong if fits and claim.facts["scale"] >= 1 else [*wrong, "the numbers of cells do not fit."]


_EQUAL_LENGTHS = (
    ("values", "units"),
    ("values", "pattern"),
    ("equation_cells", "equation_signs"),
    ("need_cells", "need_up"),
    ("need_cells", "need_down"),
    ("table_cells", "table_deviations"),
)
_DIVIDED = (
    ("equation_starts", "equation_cells"),
    ("table_starts", "table_cells"),
    ("knows_starts", "knows_cells"),
)
_PLACES = ("equation_cells", "need_cells", "table_cells", "knows_cells", "exempt")


def _length_faults(claim: Claim) -> list[str]:
    wrong = [
        f"'{one}' and '{other}' have different lengths."
        for one, other in _EQUAL_LENGTHS
        if claim[one].size != claim[other].size
    ]
    if claim["table_divisors"].size + 1 != claim["table_starts"].size:
        wrong.append("'table_divisors' has another length than there are witness tables.")
    return wrong + [
        f"'{starts}' does not divide '{entries}'."
        for starts, entries in _DIVIDED
        if not _are_starts(claim[starts], claim[entries].size)
    ]


def _place_faults(claim: Claim) -> list[str]:
    cells = claim["values"].size
    wrong = [
        f"'{name}' names a cell that is not there."
        for name in _PLACES
        if claim[name].size and not (claim[name].min() >= 0 and claim[name].max() < cells)
    ]
    if claim["table_divisors"].size and claim["table_divisors"].min() < 1:
        wrong.append("a witness table is divided by less than 1.")
    return wrong


def _are_starts(starts: Array, size: int) -> bool:
    return bool(starts.size and starts[0] == 0 and starts[-1] == size and (np.diff(starts) >= 0).all())


def _repeats(cells: Array, starts: Array) -> bool:
    """Whether a cell stands twice in one stretch."""
    stretch = np.repeat(np.arange(starts.size - 1), np.diff(starts))
    order = np.lexsort((cells, stretch))
    same = (np.diff(cells[order]) == 0) & (np.diff(stretch[order]) == 0)
    return bool(same.any())


def digest_faults(claim: Claim) -> list[str]:
    """What is wrong with the digests."""
    wrong = []
    if claim.facts["digest"] != digest_of(claim.facts, claim.arrays):
        wrong.append("the digest is not that of the content.")
    text = json.dumps(claim.facts["policy"], sort_keys=True, ensure_ascii=False)
    if claim.facts["policy_digest"] != hashlib.sha256(text.encode()).hexdigest():
        wrong.append("the digest of the policy is not that of the policy.")
    return wrong


def digest_of(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> str:
    """The digest over all facts but itself, and all arrays."""
    told = {name: value for name, value in facts.items() if name != "digest"}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode())
    for name in ARRAYS:
        digest.update(name.encode() + arrays[name].size.to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(arrays[name], dtype="<i8").tobytes())
    return digest.hexdigest()
