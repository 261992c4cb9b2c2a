"""A real S3 server on this machine, for tests: SeaweedFS in one process, with one key and empty buckets."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from support.served import free_port


KEY, SECRET = "tester", "not-a-secret"
WEED = Path(sys.executable).with_name("weed")


@dataclass(frozen=True, slots=True)
class S3Server:
    """A server that answers."""

    endpoint: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The credentials, under the names that settings give to them."""
        return {"TEST_S3_KEY": KEY, "TEST_S3_SECRET": SECRET}

    def settings(self, lake: str, restricted: str = "") -> str:
        """The section of gemeinsinn.toml for a lake in a bucket."""
        lines = [
            "",
            "[storage]",
            f'lake = "{lake}"',
            f'endpoint = "{self.endpoint}"',
            'access_key_variable = "TEST_S3_KEY"',
            'secret_key_variable = "TEST_S3_SECRET"',
        ]
        return "\n".join([*lines, f'restricted = "{restricted}"'] if restricted else lines) + "\n"

    def names(self, bucket: str) -> list[str]:
        """Every object in a bucket."""
        return sorted(each["path"] for each in obstore.list(self.store(bucket)).collect())

    def store(self, bucket: str) -> S3Store:
        """A bucket, past everything that is tested."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            access_key_id=KEY,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )


@contextmanager
def s3_server(folder: Path, buckets: list[str]) -> Iterator[S3Server]:
    """Start the server with these buckets, and stop it in the end."""
    identity = {"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    server = next(filter(None, (_started(folder) for _ in range(5))), None)
    assert server is not None, (folder / "log.txt").read_text()
    try:
        for bucket in buckets:
            _make(server, bucket)
        yield server
    finally:
        server.process.kill()  # what it keeps is thrown away
        server.process.wait(timeout=30)


def _started(folder: Path) -> S3Server | None:
    """The server as soon as it answers; none if somebody took one of its ports before it did."""
    ports = {name: free_port() for name in ("s3.port", "master.port", "volume.port", "filer.port")}
    grpc = {f"{name}.grpc": free_port() for name in ports}
    words = [
        WEED,
        "-logdir",
        folder,
        "server",
        "-dir",
        folder,
        "-s3",
        "-s3.config",
        folder / "s3.json",
        "-s3.autoCreateBucket",
    ]
    words += ["-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-master.volumeSizeLimitMB", "64", "-volume.max", "40"]
    words += ["-s3.port.iceberg", "0", "-s3.port.lance", "0"]
    words += [f"-{name}={port}" for name, port in (ports | grpc).items()]
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
    server = S3Server(f"http://127.0.0.1:{ports['s3.port']}", process)
    while process.poll() is None:
        try:
            urllib.request.urlopen(server.endpoint, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return server
        except OSError:
            time.sleep(0.1)
        else:
            return server
    return None


def _make(server: S3Server, bucket: str) -> None:
    """Make a bucket as soon as the server answers and can keep an object in it."""
    deadline = time.monotonic() + 60
    while True:
        assert server.process.poll() is None, "the S3 server stopped"
        assert time.monotonic() < deadline, "the S3 server did not answer"
        try:
            obstore.put(server.store(bucket), "probe", b"x")
            obstore.delete(server.store(bucket), "probe")
        except BaseError:
            time.sleep(0.2)
        else:
            return
