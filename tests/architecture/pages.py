"""The project's Markdown as tests read it: its pages, their links, their anchors, and the commands that they show."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


ROOT = Path(__file__).parents[2]
NOT_OURS = {"node_modules", "var", "dist", "build", "shipped", "results", "tools"}
"""Folders of packages and instances, and the fragments that the reference is put together from."""

_FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2`*\s*?$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`+[^`]*`+")
_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//")


@dataclass(frozen=True)
class Page:
    """A Markdown file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root of the project."""
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def links(self) -> list[str]:
        """The targets of its links to other places of the project."""
        prose = _CODE.sub("", _FENCE.sub("", self.text))
        return [target for target in _LINK.findall(prose) if not _ELSEWHERE.match(target)]

    def anchors(self) -> set[str]:
        """The anchors of its headings, as GitHub and GitLab make them."""
        found: dict[str, int] = {}
        anchors = set()
        for heading in _HEADING.findall(_FENCE.sub("", self.text)):
            slug = slug_of(heading)
            again = found.get(slug, 0)
            found[slug] = again + 1
            anchors.add(f"{slug}-{again}" if again else slug)
        return anchors

    def commands(self) -> Iterator[list[str]]:
        """The words of each `gemeinsinn` command that it shows in a console."""
        for block in _CONSOLE.findall(self.text):
            for line in block.splitlines():
                if line.startswith("$ gemeinsinn "):
                    yield shlex.split(line)[2:]


def slug_of(heading: str) -> str:
    """The anchor of a heading."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def pages() -> list[Page]:
    """All pages of the project, without those of packages and of instances."""
    found = []
    for path in sorted(ROOT.rglob("*.md")):
        folders = path.relative_to(ROOT).parts[:-1]
        if not any(name in NOT_OURS or name.startswith(".") for name in folders):
            found.append(Page(path))
    return found


def broken(page: Page) -> list[str]:
    """The links of a page that lead nowhere."""
    return [target for target in page.links() if not _leads_somewhere(page, target)]


def _leads_somewhere(page: Page, target: str) -> bool:
    place, _, anchor = target.partition("#")
    path = (page.path.parent / place).resolve() if place else page.path
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or (path.suffix == ".md" and anchor in Page(path).anchors())
