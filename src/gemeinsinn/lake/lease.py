"""A lease: an object in a bucket that says who writes, renewed while its holder lives.

Nobody's clock is trusted. Who finds a lease watches it: a holder that is alive changes it every few seconds. One that
did not change for as long as a lease lasts, by the watcher's own count of seconds, belongs to a process that was
killed, and is taken over by a write that succeeds only if the object is still the one that was watched.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from gemeinsinn.errors import InUseError, SettingsError


LASTS = 15.0
"""Seconds after which a lease that was not renewed is free."""
RENEWED = 3.0
"""Seconds between two renewals."""
_FREE = ""
_PAUSE = 0.5


@contextmanager
def leased(store: S3Store, key: str, *, what: str) -> Iterator[None]:
    """Hold a lease; `InUseError` if somebody else does."""
    holder = uuid.uuid4().hex
    tag = [_taken(store, key, holder, what)]
    _try_conditions(store, key)
    over = Event()

    def renew() -> None:
        beat = 0
        while not over.wait(RENEWED):
            beat += 1
            try:
                tag[0] = _written(store, key, holder, beat, tag[0])
            except PreconditionError:
                return  # taken over; the commit that follows is refused by its number
            except BaseError:
                continue  # the server is away for a moment

    renewing = Thread(target=renew, daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
        _give_back(store, key, tag[0])


def _taken(store: S3Store, key: str, holder: str, what: str) -> str:
    """Take a lease that is not there, is free, or was left by a process that was killed; its tag."""
    try:
        return str(obstore.put(store, key, _content(holder, 0), mode="create")["e_tag"])
    except AlreadyExistsError:
        seen, is_free = _seen(store, key)
    deadline = time.monotonic() + LASTS
    while not is_free and time.monotonic() < deadline:
        Event().wait(_PAUSE)
        now, is_free = _seen(store, key)
        if now != seen and not is_free:
            raise _in_use(what)
        seen = now
    try:
        return _written(store, key, holder, 0, seen)
    except PreconditionError as error:
        raise _in_use(what) from error


def _try_conditions(store: S3Store, key: str) -> None:
    """Raise `SettingsError` if the server takes a write that it has to refuse: it would take two commits for one."""
    modes: tuple[Any, ...] = ("create", {"e_tag": f'"{"0" * 32}"'})
    for mode in modes:
        try:
            obstore.put(store, key, _content(_FREE, 0), mode=mode)
        except (AlreadyExistsError, PreconditionError):
            continue
        remedy = "Choose one that does, or leave [storage] out and keep the lake in a folder."
        raise SettingsError("the S3 server does not keep to conditional writes.", remedy=remedy)


def _seen(store: S3Store, key: str) -> tuple[str, bool]:
    """The tag of a lease, and whether its holder has given it back."""
    found = obstore.get(store, key)
    content = json.loads(bytes(found.bytes()))
    return str(found.meta["e_tag"]), content["holder"] == _FREE


def _written(store: S3Store, key: str, holder: str, beat: int, tag: str) -> str:
    """Write a lease over the one of that tag, and no other; the new tag."""
    return str(obstore.put(store, key, _content(holder, beat), mode={"e_tag": tag})["e_tag"])


def _give_back(store: S3Store, key: str, tag: str) -> None:
    try:
        _written(store, key, _FREE, 0, tag)
    except BaseError:
        return  # taken over meanwhile, or the server is away: then it runs out by itself


def _content(holder: str, beat: int) -> bytes:
    return json.dumps({"holder": holder, "beat": beat, "nonce": uuid.uuid4().hex}).encode()


def _in_use(what: str) -> InUseError:
    return InUseError(f"another run is writing to {what}.", remedy="Wait until it has finished, then start again.")
