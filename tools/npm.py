"""Runs npm in the front end's folder with the Node that the build uses: `python tools/npm.py test`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run npm; its exit code."""
    sys.path.insert(0, str(ROOT))
    from hatch_build import run_npm  # the build hook, which lies at the root

    try:
        run_npm(ROOT / "web", *sys.argv[1:])
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
