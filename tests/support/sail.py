"""A Spark Connect server for tests: Sail's local cluster, whose workers are processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def spark_connect(environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a server that runs until the end of the block."""
    port = _free_port()
    words = [str(Path(sys.executable).with_name("sail")), "spark", "server", "--port", str(port)]
    local = {**os.environ, "SAIL_MODE": "local-cluster", "RUST_LOG": "error", **(environment or {})}
    with subprocess.Popen(words, env=local, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"spark-connect://127.0.0.1:{port}"
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server of Spark Connect did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server of Spark Connect does not answer")
