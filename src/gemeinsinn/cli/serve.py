"""`gemeinsinn serve`: serve the portal of an instance."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import click
from granian import Granian
from granian.constants import Interfaces

from gemeinsinn.cli.shared import chosen_instance, instance_option, say
from gemeinsinn.errors import SettingsError
from gemeinsinn.portal.database import check_database
from gemeinsinn.settings.instance import VARIABLE, Instance


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes; one a core.")
@instance_option
def command(host: str, port: int, workers: int, instance_dir: str | None) -> None:
    """Serve the portal until it is stopped; the database is brought up to date first."""
    instance = chosen_instance(instance_dir)
    name = instance.settings().name["de"]
    check_port(host, port)
    if start_migrations(instance).wait() != 0:
        raise SettingsError("the application database could not be brought up to date.", remedy="See the lines above.")
    say(f"Serving {name} at http://{host}:{port}; stop with Ctrl+C.")
    serve(instance, host=host, port=port, workers=workers)


def start_migrations(instance: Instance) -> subprocess.Popen[bytes]:
    """Bring the application database up to date in a process of its own, beside other work."""
    check_database(instance)
    words = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    return subprocess.Popen(words, env=portal_environment(instance))  # noqa: S603  (our own words)


def portal_environment(instance: Instance) -> dict[str, str]:
    """The environment in which the portal finds its instance."""
    return {**os.environ, VARIABLE: str(instance.root), "DJANGO_SETTINGS_MODULE": "gemeinsinn.portal.settings"}


def serve(instance: Instance, *, host: str, port: int, workers: int) -> None:
    """Listen until stopped."""
    os.environ.update(portal_environment(instance))
    server = Granian(
        "gemeinsinn.portal.front:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backlog=2048,
        log_enabled=False,
    )
    server.serve()


def check_port(host: str, port: int) -> None:
    """Raise `SettingsError` if the port is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            remedy = f"Choose another one with --port, e.g. --port {port + 1}."
            raise SettingsError(f"the port {port} is in use or not allowed.", remedy=remedy) from error
