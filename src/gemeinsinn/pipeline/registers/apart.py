"""What is kept apart from a backup: the keys of registers, which may go into a file of their own, and raw deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gemeinsinn.errors import SettingsError
from gemeinsinn.pipeline.registers.identity import ring_file
from gemeinsinn.protect.keys import read_ring, write_ring
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.registers.declaration import DeliveryFormat
from gemeinsinn.sources.registers.declared import read_registers


def copy_keys_out(instance: Instance, target: Path) -> None:
    """Copy the ring of keys into a new file that only its owner may read."""
    if instance.settings().key_command:
        remedy = "Back them up where that command takes them from."
        raise SettingsError("the keys of this instance come from a command.", where="--keys", remedy=remedy)
    ring = read_ring(ring_file(instance))
    if not ring.chains:
        raise SettingsError("this instance has no keys of registers.", where="--keys", remedy="Leave --keys out.")
    write_ring(target, ring)


def copy_keys_in(instance: Instance, source: Path) -> None:
    """Put a ring of keys where the settings of an instance look for it."""
    if not source.is_file():
        raise SettingsError(f"there is no file {source.name}.", where="--keys", remedy="Name what backup --keys wrote.")
    write_ring(ring_file(instance), read_ring(source))


def delivered_files(instance: Instance) -> Iterator[Path]:
    """The files of all registers below the instance, as systems delivered them: with names."""
    for declaration in read_registers(instance.registers_file).values():
        delivered = declaration.delivered
        pattern = Path(delivered.location)
        if delivered.format is not DeliveryFormat.POSTGRESQL and not pattern.is_absolute():
            yield from instance.root.glob(delivered.location)
