"""All of Germany: whole published tables into the lake, and one release of some 11,000 municipalities."""

from __future__ import annotations

from pathlib import Path

from bars import Row, Section
from places import fresh_germany
from runs import run, step_rows


def measured(*, quick: bool, clone: bool) -> Section:
    """Refresh and publish in a folder where nothing was done yet."""
    instance = fresh_germany()
    refresh = run("refresh", instance=instance)
    publish = run("publish", instance=instance)
    rows = [
        Row("refresh, all sources", refresh.total_seconds, "s"),
        Row("refresh: peak memory", refresh.peak_bytes / 1e9, "GB"),
        Row("publish, all steps", publish.total_seconds, "s", bar=60),
        *step_rows([publish]),
        Row("publish: peak memory", publish.peak_bytes / 1e9, "GB", bar=2),
        *_size_rows(instance / "var" / "releases"),
    ]
    return Section("All of Germany", _HOW, tuple(rows))


_HOW = (
    "`examples/germany` in a fresh instance: `gemeinsinn refresh`, then `gemeinsinn publish`, once each. Steps and memory "
    "as for the demo county."
)


def _size_rows(releases: Path) -> list[Row]:
    sizes = {path: path.stat().st_size for path in releases.glob("*/**/*") if path.is_file()}
    plain = [size for path, size in sizes.items() if path.suffix not in (".br", ".gz")]
    sent = [size for path, size in sizes.items() if path.suffix == ".br"]
    return [
        Row("release on the disk, packed and unpacked", sum(sizes.values()) / 1e6, "MB", len(sizes)),
        Row("its files as they are", sum(plain) / 1e6, "MB", len(plain)),
        Row("those that are sent with brotli", sum(sent) / 1e6, "MB", len(sent)),
    ]
