"""The fence of the portal's process: it opens nothing of the restricted zone, the keys or the vault, whoever runs it.

What holds the zone is its owner: the portal runs under another account, see SECURITY.md. The fence stands behind that,
also where both run under one account, as in the demo. It is an audit hook of the interpreter, which sees every file
and folder that Python opens and cannot be taken away again; files that compiled libraries open it does not see.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from gemeinsinn.settings.instance import Instance


_EVENTS = frozenset({"open", "os.listdir", "os.scandir", "sqlite3.connect", "shutil.copyfile", "os.rename", "os.link"})


def put_up(instance: Instance) -> None:
    """Refuse to open anything below the protected folders of an instance, for the rest of the process."""
    protected = (instance.restricted, instance.keys_file.parent, instance.vault, instance.records)
    roots = tuple(str(path) for path in protected)
    below = tuple(root + os.sep for root in roots)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _EVENTS:
            return
        for argument in arguments[:2]:
            path = _path(argument)
            if path and (path in roots or path.startswith(below)):
                raise PermissionError("the portal does not open the restricted zone.")

    sys.addaudithook(hook)


def _path(argument: Any) -> str:
    """The absolute path of what is to be opened; nothing for file descriptors and modes."""
    if isinstance(argument, bytes):
        argument = os.fsdecode(argument)
    if isinstance(argument, os.PathLike):
        argument = os.fspath(argument)
    # As written and not as links lead: this is asked for every file, and must not open one itself.
    return os.path.abspath(argument) if isinstance(argument, str) and os.sep in argument else ""  # noqa: PTH100
