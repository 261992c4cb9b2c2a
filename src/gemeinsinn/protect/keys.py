"""The ring of keys of an instance: random secrets by purpose, in a file that only its owner may read, or by a command.

Nothing of it lies in the lake. A key is never replaced: rotating a purpose adds one behind those it has.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blake3 import blake3

from gemeinsinn.errors import SettingsError
from gemeinsinn.protect.pseudonyms import KEY_BYTES


Randomness = Callable[[int], bytes]
"""Gives as many random bytes as asked for, e.g. `secrets.token_bytes`."""

RECORDS, DELIVERIES, LANDING, SIGNING, VAULT = "records", "deliveries", "landing", "signing", "vault"
"""What keys are for beside pseudonyms: record keys, digests of deliveries, raw bytes, signatures, the vault."""
LEDGER = "ledger"
"""The key that opens what the ledger of releases keeps sealed; it is never rotated."""
_OWNER_ONLY = 0o600
_FOLDER_OWNER_ONLY = 0o700
_COMMAND_SECONDS = 30


def purpose(of: str, register: str) -> str:
    """The name of a key that is for one register, e.g. `records:residents`."""
    return f"{of}:{register}"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by purpose; those of a purpose form a chain, the oldest first. A register's pseudonyms have its id."""

    chains: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)

    def chain(self, name: str) -> tuple[bytes, ...]:
        """The keys of a purpose."""
        if name not in self.chains:
            remedy = (
                "`gemeinsinn keys init` makes what is missing; a lost key has to come from where you keep its copy."
            )
            raise SettingsError(f"there is no key for '{name}'.", remedy=remedy)
        return self.chains[name]

    def key(self, name: str) -> bytes:
        """The newest key of a purpose."""
        return self.chain(name)[-1]

    def with_new(self, names: Sequence[str], random: Randomness) -> KeyRing:
        """The ring with a key for each purpose that has none."""
        fresh = {name: (random(KEY_BYTES),) for name in names if name not in self.chains}
        return KeyRing({**self.chains, **fresh})

    def rotated(self, name: str, random: Randomness) -> KeyRing:
        """The ring with one more key behind those of a purpose."""
        return KeyRing({**self.chains, name: (*self.chain(name), random(KEY_BYTES))})

    def as_json(self) -> str:
        """The ring as its file holds it."""
        plain = {name: [key.hex() for key in keys] for name, keys in sorted(self.chains.items())}
        return json.dumps({"keys": plain}, indent=1) + "\n"


def fingerprint(chain: Sequence[bytes]) -> str:
    """Tells one chain from another without telling its keys."""
    return blake3(b"".join(chain), derive_key_context="gemeinsinn fingerprint of a chain of keys").hexdigest(8)


def read_ring(path: Path) -> KeyRing:
    """The ring in a file, empty if there is none; `SettingsError` if others may read it or it is damaged."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return KeyRing()
    if stat.S_IMODE(mode) & 0o077:
        what = f"others may read the keys in {path.name}."
        raise SettingsError(what, remedy=f"chmod 600 {path}; if others have read them, rotate them.")
    return _ring(path.read_text(encoding="utf-8"), path.name)


def ring_of_command(command: str) -> KeyRing:
    """The ring that an operator's command prints."""
    words = ["/bin/sh", "-c", command]
    try:
        printed = subprocess.run(words, capture_output=True, timeout=_COMMAND_SECONDS, check=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        what = f"the command for the keys ended with code {error.returncode}."
        raise SettingsError(what, remedy="Try it as the user that runs the platform.") from None
    except (subprocess.TimeoutExpired, OSError):
        what = "the command for the keys did not end."
        raise SettingsError(what, remedy="It has to print the keys without asking anybody.") from None
    return _ring(printed.stdout.decode("utf-8", errors="replace"), "key_command")


def write_ring(path: Path, ring: KeyRing) -> None:
    """Write the ring over the one in a file, at once, readable for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_OWNER_ONLY)
    unfinished = path.with_name(f".unfinished-{path.name}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(ring.as_json())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _ring(text: str, where: str) -> KeyRing:
    """The ring in a text; what is wrong is said without a word of it."""
    try:
        plain = json.loads(text)["keys"]
        chains = {str(name): tuple(bytes.fromhex(key) for key in keys) for name, keys in plain.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SettingsError("this is no ring of keys.", where=where, remedy="Restore it from its copy.") from None
    if any(not keys or any(len(key) != KEY_BYTES for key in keys) for keys in chains.values()):
        raise SettingsError("a key in it is cut short.", where=where, remedy="Restore it from its copy.")
    return KeyRing(chains)
