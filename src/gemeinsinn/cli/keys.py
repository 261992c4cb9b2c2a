"""`gemeinsinn keys`: make the keys of the registers, and rotate them."""

from __future__ import annotations

import secrets

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, now, say
from gemeinsinn.pipeline.registers.identity import key_ring, purposes, ring_file, ring_with
from gemeinsinn.pipeline.registers.rotation import purpose_of, rotated
from gemeinsinn.protect.keys import LEDGER, SIGNING
from gemeinsinn.protect.policy import read_policies
from gemeinsinn.sources.registers.declared import read_registers


@click.group("keys")
def command() -> None:
    """The keys of the registers: pseudonyms, record keys, the vault, signatures."""


@command.command("init")
@click.option("--print", "printed", is_flag=True, help="Print a complete ring for your own store; write nothing.")
@instance_option
def init(printed: bool, instance_dir: str | None) -> None:
    """Make a key for every purpose that has none; keys that are there are never changed."""
    instance = chosen_instance(instance_dir)
    of_registers = (name for register in read_registers(instance.registers_file) for name in purposes(register))
    names = [SIGNING, LEDGER, *of_registers]
    if printed:
        click.echo(key_ring(instance).with_new(names, secrets.token_bytes).as_json(), nl=False)
        return
    ring = ring_with(instance, names, secrets.token_bytes)
    say(f"{len(ring.chains)} keys in {ring_file(instance)}. Keep a copy of this file apart from the backups.")


@command.command("rotate")
@click.argument("purpose")
@instance_option
def rotate(purpose: str, instance_dir: str | None) -> None:
    """Give everybody in the register PURPOSE a new pseudonym; history and record keys stay."""
    instance = chosen_instance(instance_dir)
    declaration = purpose_of(purpose, read_registers(instance.registers_file))
    policies = read_policies(instance.policy_file)
    persons = rotated(instance, declaration, policies, at=now(), random=secrets.token_bytes)
    say(
        f"{persons} persons of '{purpose}' have new pseudonyms. Keep a new copy of the keys; old ones still open backups."
    )
