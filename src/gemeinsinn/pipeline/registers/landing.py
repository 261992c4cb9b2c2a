"""Raw deliveries of registers: not kept, unless the policy says for how long; then sealed, and removed in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gemeinsinn.lake import durable
from gemeinsinn.lake.restricted.store import RestrictedZone
from gemeinsinn.pipeline.registers.arriving import Arrival
from gemeinsinn.protect.keys import Randomness
from gemeinsinn.protect.register_terms import Span


_NONCE = 12
_SUFFIX = ".sealed"


def kept(
    zone: RestrictedZone,
    register: str,
    arrived: Sequence[Arrival],
    span: Span,
    *,
    key: bytes,
    at: datetime,
    random: Randomness,
) -> None:
    """Seal the bytes of deliveries if the policy keeps them at all, and remove what it keeps no longer."""
    folder = _folder(zone, register)
    if span != Span():
        for arrival in arrived:
            name = f"{at:%Y%m%d}-{arrival.digest}"
            nonce = random(_NONCE)
            sealed = nonce + AESGCM(key).encrypt(nonce, arrival.content(), name.encode())
            durable.write_new(folder / f"{name}{_SUFFIX}", sealed)
    for path in expired(zone, register, span, today=at.date()):
        path.unlink()


def opened(path: Path, key: bytes) -> bytes:
    """The bytes of a sealed delivery."""
    sealed = path.read_bytes()
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], path.name.removesuffix(_SUFFIX).encode())


def expired(zone: RestrictedZone, register: str, span: Span, *, today: date) -> list[Path]:
    """The sealed deliveries that the policy keeps no longer."""
    last = span.before(today)
    return [path for path in all_of(zone, register) if path.name[: len("20260101")] <= f"{last:%Y%m%d}"]


def all_of(zone: RestrictedZone, register: str) -> list[Path]:
    """Every sealed delivery of a register."""
    return sorted(_folder(zone, register).glob(f"*{_SUFFIX}"))


def _folder(zone: RestrictedZone, register: str) -> Path:
    return zone.root / "landing" / register
