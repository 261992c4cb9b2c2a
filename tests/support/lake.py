"""What an instance's lake believes, in plain Python."""

from __future__ import annotations

from gemeinsinn.lake.manifest import Manifest
from gemeinsinn.lake.store import Lake
from gemeinsinn.settings.instance import Instance


def believed(
    instance: Instance, *, measure: str = "cases", source: str = "counts", manifest: Manifest | None = None
) -> dict[tuple[str, str], float | str]:
    """Number, or status where there is none, by area and period; as of a manifest, or of the latest."""
    lake = Lake(instance.lake)
    rows = lake.believed(f"official/{source}", manifest or lake.manifests.latest())
    return {
        (row["area"], row["period"]): row["status"] if row["value"] is None else row["value"]
        for row in rows.iter_rows(named=True)
        if row["measure"] == measure
    }


def quarantine(instance: Instance, *, source: str = "counts") -> list[tuple[int, str, str, str]]:
    """Row, column, rule and text of every cell in quarantine."""
    lake = Lake(instance.lake)
    rows = lake.read(f"quarantine/{source}", lake.manifests.latest())
    return sorted(rows.select("row", "column", "rule", "raw").iter_rows())
