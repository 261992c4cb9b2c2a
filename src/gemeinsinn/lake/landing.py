"""The landing zone: the bytes of every delivery as they came, under their SHA-256; nothing is parsed before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gemeinsinn.lake.storage import Root, Storage, storage_of


@dataclass(frozen=True, slots=True)
class Landing:
    """The raw deliveries, content-addressed."""

    root: Root

    @property
    def storage(self) -> Storage:
        return storage_of(self.root)

    def keep(self, content: bytes, *, source: str, name: str, origin: dict[str, Any], at: datetime) -> str:
        """Keep bytes and their origin; the digest. The same bytes are kept once, with the first arrival's record."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.has(digest):
            self.storage.write_new(_name(digest), content)
        record = {
            "source": source,
            "name": name,
            "received_at": at.isoformat(),
            "bytes": len(content),
            "origin": origin,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        self.storage.write_new(f"{_name(digest)}.json", text.encode("utf-8"))
        return digest

    def content(self, digest: str) -> bytes:
        """The bytes of a delivery."""
        return self.storage.read(_name(digest))

    def has(self, digest: str) -> bool:
        """Whether these bytes were delivered before."""
        return self.storage.has(_name(digest))


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
