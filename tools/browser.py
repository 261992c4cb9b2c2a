"""Makes sure that a browser for the tests is there: Debian's headless shell, or Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PACKAGE = "chromium-headless-shell"


def browser() -> str | None:
    """The path of the first browser that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    """Install the browser if there is none and that is possible; the exit code."""
    if browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE]
        subprocess.run(install, check=False, env=environment, stdout=subprocess.DEVNULL)
    found = browser()
    if found is None:
        print(f"The tests need a browser: install the package {PACKAGE} or chromium.", file=sys.stderr)
        return 1
    print(f"browser: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
