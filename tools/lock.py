"""Writes the lock files: every version with its hashes, and no registry's address."""

from __future__ import annotations

import subprocess
import sys


COMMON = (
    "pip", "compile", "pyproject.toml", "--python-version", "3.11", "--generate-hashes", "--no-header",
    "--annotation-style", "line", "--no-emit-index-url", "--quiet",
)  # fmt: skip
FILES = {
    "requirements.lock": ("--group", "build"),
    "requirements-dev.lock": ("--group", "build", "--group", "dev", "--constraints", "requirements.lock"),
}


def main() -> int:
    """Resolve both files with `uv`; the exit code."""
    for name, groups in FILES.items():
        done = subprocess.run([sys.executable, "-m", "uv", *COMMON, *groups, "--output-file", name], check=False)
        if done.returncode:
            print("Locking needs uv: .venv/bin/python -m pip install uv", file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
