"""Arrays as bytes: facts in one line of JSON, then each array, compressed; the same content gives the same bytes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


_LEVEL = 1
"""Identities are random and do not shrink; everything else does at any level."""


def packed(facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Facts and named arrays as one piece of bytes."""
    blocks = {name: zlib.compress(np.ascontiguousarray(array).tobytes(), _LEVEL) for name, array in arrays.items()}
    listed = [
        [name, array.dtype.newbyteorder("<").str, list(array.shape), len(blocks[name])]
        for name, array in arrays.items()
    ]
    head = json.dumps({"facts": facts, "arrays": listed}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return head.encode() + b"\n" + b"".join(blocks.values())


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What was packed. The content must be whole: its digest is checked before."""
    head, _, rest = content.partition(b"\n")
    plain = json.loads(head)
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for name, dtype, shape, length in plain["arrays"]:
        arrays[name] = np.frombuffer(zlib.decompress(rest[at : at + length]), dtype=dtype).reshape(shape)
        at += length
    return plain["facts"], arrays
