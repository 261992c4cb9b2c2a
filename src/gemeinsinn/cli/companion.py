"""The worker that the demo starts beside its server, and takes with it when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from gemeinsinn.lake.jobs import Jobs
from gemeinsinn.settings.instance import Instance


_PATIENCE = 20
"""Seconds that a worker has to put its job back before it is killed; the job is repeated either way."""


@contextmanager
def worker_beside(instance: Instance, address: str) -> Iterator[None]:
    """A worker in a process of its own, from the first answer of the server at an address until the server has ended.

    One that was killed is followed by another, which repeats its job.
    """
    over = Event()
    thread = Thread(target=_keep_working, args=(instance, address, over), daemon=True)
    with Jobs(instance.jobs).attending():
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _keep_working(instance: Instance, address: str, over: Event) -> None:
    while not over.wait(0.2) and not _answers(address):
        pass
    words = [sys.executable, "-m", "gemeinsinn", "worker", "--beside", str(os.getpid())]
    while not over.is_set():
        process = subprocess.Popen([*words, "--instance", str(instance.root)])  # noqa: S603  (our own words)
        while process.poll() is None and not over.wait(0.2):
            pass
        if over.is_set():
            _end(process)
        else:
            over.wait(1)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  (our own server)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
