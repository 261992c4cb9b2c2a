"""Signed records of what was deleted: counts and reasons, never an identity; anybody with the public key can check one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gemeinsinn.errors import SettingsError
from gemeinsinn.lake import durable


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs records: the instance."""

    key: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """The public key, which stands in every record."""
        return _private(self).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def recorded(folder: Path, what: Mapping[str, object], signer: Signer, *, at: datetime) -> Path:
    """Write a record with its signature; nobody may change it unseen."""
    body = {**what, "at": at.isoformat(), "public_key": signer.public}
    signature = _private(signer).sign(_canonical(body)).hex()
    text = json.dumps({**body, "signature": signature}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path = folder / f"{at:%Y%m%dT%H%M%S}-{what.get('action', 'record')}-{uuid.uuid4().hex[:8]}.json"
    durable.write_new(path, text.encode("utf-8"))
    return path


def checked(path: Path) -> Mapping[str, object]:
    """A record whose signature holds; `SettingsError` if it was changed since."""
    plain: dict[str, object] = json.loads(path.read_bytes())
    signature = bytes.fromhex(str(plain.pop("signature", "")))
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(plain["public_key"])))
        key.verify(signature, _canonical(plain))
    except (InvalidSignature, ValueError, KeyError):
        what = "the record was changed after it was signed."
        raise SettingsError(what, where=path.name, remedy="Take it from a backup.") from None
    return plain


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _private(signer: Signer) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(signer.key)
