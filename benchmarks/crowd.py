"""A crowd of readers on bare connections: cheap, because the client shares its machine with the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence


class Crowd:
    """Readers who take files from one server until it is time to go."""

    def __init__(self, place: str, files: Sequence[str], pause: float) -> None:
        self.milliseconds: list[float] = []
        self.bytes = 0
        self.seconds = 0.0
        self.errors = 0
        self.pause = pause
        self.until = 0.0
        self._began = 0.0
        self._host, _, port = place.partition(":")
        self._port = int(port)
        head = f" HTTP/1.1\r\nHost: {place}\r\nAccept-Encoding: br\r\n\r\n"
        self.requests = [f"GET {file}{head}".encode() for file in files]

    async def stay(self, readers: int, seconds: float) -> None:
        """All readers connect first, then they begin; with a pause, they spread over it."""
        loop = asyncio.get_running_loop()
        connected = [await self._connected(number) for number in range(readers)]
        self._began = time.monotonic()
        self.until = self._began + seconds
        for place, reader in enumerate(connected):
            loop.call_later(self.pause * place / readers, reader.ask)
        await asyncio.gather(*(reader.left for reader in connected))

    def note(self, asked: float, size: int) -> None:
        """An answer has come; the time of the last one is how long the crowd was served."""
        now = time.monotonic()
        self.milliseconds.append((now - asked) * 1e3)
        self.bytes += size
        self.seconds = now - self._began

    async def _connected(self, number: int) -> _Reader:
        loop = asyncio.get_running_loop()
        _, reader = await loop.create_connection(lambda: _Reader(self, number), self._host, self._port)
        return reader


class _Reader(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks for the next file."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        self._crowd = crowd
        self._next = number * 7
        self._loop = asyncio.get_running_loop()
        self.left = self._loop.create_future()
        self._received = bytearray()
        self._length = 0
        self._asked = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  (a TCP connection has no other transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if not self.left.done():
            self._crowd.errors += 1
            self.left.set_result(None)

    def ask(self) -> None:
        """Ask for the next file, or leave."""
        if time.monotonic() >= self._crowd.until:
            if not self.left.done():
                self.left.set_result(None)
            self._transport.close()
            return
        self._received.clear()
        self._length = 0
        requests = self._crowd.requests
        self._next += 1
        self._asked = time.monotonic()
        self._transport.write(requests[self._next % len(requests)])

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._length:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            self._length = end + 4 + _length_of(bytes(self._received[:end]))
        if len(self._received) >= self._length:
            self._answered()

    def _answered(self) -> None:
        crowd = self._crowd
        if self._received.startswith(b"HTTP/1.1 200 "):
            crowd.note(self._asked, len(self._received))
        else:
            crowd.errors += 1
        if crowd.pause:
            self._loop.call_later(max(0.0, self._asked + crowd.pause - time.monotonic()), self.ask)
        else:
            self.ask()


def _length_of(head: bytes) -> int:
    """The length of the body; nothing is sent in pieces."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0
