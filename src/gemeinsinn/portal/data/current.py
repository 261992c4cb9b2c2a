"""Which release a page shows: the current one, or an earlier one that its address names."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import Http404, HttpRequest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.releases.store import Store


_MOST_OPEN = 4
_open: OrderedDict[str, Release] = OrderedDict()
_lock = Lock()


def store() -> Store:
    """The releases of this instance."""
    return Store(settings.INSTANCE.releases, settings.INSTANCE.publications)


def release_of(request: HttpRequest) -> Release:
    """The release that `?r=` names, else the current one; 404 if there is none."""
    try:
        found = store().found(request.GET.get("r", ""))
    except UnknownNameError as error:
        raise Http404(str(error)) from error
    return opened(found)


def opened(hash: str) -> Release:
    """A release, kept open with what was read of it."""
    with _lock:
        if hash not in _open:
            _open[hash] = open_release(store().folder(hash))
            while len(_open) > _MOST_OPEN:
                _open.popitem(last=False)
        _open.move_to_end(hash)
        return _open[hash]
