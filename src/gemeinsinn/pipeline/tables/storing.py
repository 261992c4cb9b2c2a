"""Putting what was made of a table in files: whole or not at all, and a certificate so that only its owner may read it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.lake import durable


_OTHERS = 0o077


def check_targets(targets: Mapping[str, Path | None], *, read: Sequence[Path]) -> None:
    """Every file that is to be written can be, and replaces none that is read; `UnknownNameError` names the option."""
    taken = {path.resolve(): f"{path}, which is read" for path in read}
    for option, path in targets.items():
        if path is not None:
            _check(option, path, taken)
            taken[path.resolve()] = f"what {option} writes"


def _check(option: str, path: Path, taken: Mapping[Path, str]) -> None:
    if path.resolve() in taken:
        raise UnknownNameError(f"{option} would replace {taken[path.resolve()]}.", remedy="Choose another name.")
    if path.is_dir():
        raise UnknownNameError(f"{option} names a folder, {path}.", remedy="Name a file in it.")
    if not path.parent.is_dir():
        raise UnknownNameError(f"{option} names {path}, and there is no such folder.", remedy="Make it first.")


def stored(path: Path | None, content: bytes | None, *, secret: bool = False) -> None:
    """Write a file, if there is one; if it is secret, nobody but its owner could ever read it."""
    if path is None or content is None:
        return
    with _for_owner_only() if secret else nullcontext():
        durable.replace(path, content)


@contextmanager
def _for_owner_only() -> Iterator[None]:
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)
