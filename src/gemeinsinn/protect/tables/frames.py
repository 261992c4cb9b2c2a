"""Arrays and what is said of them through a pipe, as plain bytes: nothing that is read is ever executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gemeinsinn.protect.tables.cuts import Effort
from gemeinsinn.protect.tables.parts import Part, Terms
from gemeinsinn.protect.tables.policy import Attacker
from gemeinsinn.protect.tables.problem import Problem


Arrays = Mapping[str, NDArray[Any]]

_LENGTH = 8
_OF_PROBLEM = ("cells", "values", "lowest", "cost", "given", "protected", "up", "down", "owner")
_OF_PART = ("hidden", "asked", "top")


def write(pipe: IO[bytes], said: Mapping[str, Any], arrays: Arrays) -> None:
    """Write one frame: its length, what is said, and the arrays one after the other."""
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    shapes = [[name, array.dtype.str, array.shape] for name, array in plain.items()]
    head = json.dumps({"said": said, "arrays": shapes}).encode()
    pipe.write(len(head).to_bytes(_LENGTH, "big") + head)
    for array in plain.values():
        pipe.write(array.tobytes())
    pipe.flush()


def read(pipe: IO[bytes]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read one frame; raises `EOFError` where the pipe ends."""
    head = json.loads(_exactly(pipe, int.from_bytes(_exactly(pipe, _LENGTH), "big")))
    arrays = {}
    for name, kind, shape in head["arrays"]:
        size = np.dtype(kind).itemsize * int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(bytearray(_exactly(pipe, size)), dtype=kind).reshape(shape)
    return head["said"], arrays


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


def write_part(pipe: IO[bytes], part: Part) -> None:
    """Write a part."""
    equations, terms = part.problem.equations, part.terms
    said = {
        "shape": equations.shape,
        "is_family": bool(part.is_family),
        "number": int(part.number),
        "attackers": [str(each) for each in terms.attackers],
        "effort": astuple(terms.effort),
        "programs": terms.programs,
        "seed": terms.seed,
    }
    arrays = {name: getattr(part.problem, name) for name in _OF_PROBLEM}
    arrays |= {name: getattr(part, name) for name in _OF_PART}
    arrays |= {"data": equations.data, "indices": equations.indices, "indptr": equations.indptr}
    write(pipe, said, arrays)


def read_part(pipe: IO[bytes]) -> Part:
    """Read a part; raises `EOFError` where there is none any more."""
    said, arrays = read(pipe)
    equations = sparse.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=said["shape"])
    terms = Terms(
        tuple(Attacker(each) for each in said["attackers"]),
        Effort(*said["effort"]),
        programs=said["programs"],
        workers=1,
        seed=said["seed"],
    )
    return Part(
        Problem(equations=equations, **{name: arrays[name] for name in _OF_PROBLEM}),
        **{name: arrays[name] for name in _OF_PART},
        is_family=said["is_family"],
        terms=terms,
        number=said["number"],
    )
