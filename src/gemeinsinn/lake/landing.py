"""The landing zone: the bytes of every delivery as they came, under their SHA-256; nothing is parsed before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gemeinsinn.lake import durable


@dataclass(frozen=True, slots=True)
class Landing:
    """The folder of raw deliveries, content-addressed."""

    root: Path

    def keep(self, content: bytes, *, source: str, name: str, origin: dict[str, Any], at: datetime) -> str:
        """Keep bytes and their origin; the digest. The same bytes are kept once, with the first arrival's record."""
        digest = hashlib.sha256(content).hexdigest()
        durable.write_new(self._path(digest), content)
        record = {
            "source": source,
            "name": name,
            "received_at": at.isoformat(),
            "bytes": len(content),
            "origin": origin,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        durable.write_new(self._path(digest).with_suffix(".json"), text.encode("utf-8"))
        return digest

    def content(self, digest: str) -> bytes:
        """The bytes of a delivery."""
        return self._path(digest).read_bytes()

    def has(self, digest: str) -> bool:
        """Whether these bytes were delivered before."""
        return self._path(digest).is_file()

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest
