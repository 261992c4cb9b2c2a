"""Which release a page shows: the current one, or an earlier one that its address names."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from django.conf import settings
from django.http import Http404, HttpRequest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.portal.data.words import content_language
from gemeinsinn.releases.read import Release, open_release
from gemeinsinn.releases.store import Store


_MOST_OPEN = 6
_open: OrderedDict[tuple[str, str], Release] = OrderedDict()
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
    return opened(found, content_language())


def opened(hash: str, language: str) -> Release:
    """A release with its areas named in a language, kept open with what was read of it."""
    key = (hash, language)
    with _lock:
        if key not in _open:
            _open[key] = open_release(store().folder(hash)).in_language(language)
            while len(_open) > _MOST_OPEN:
                _open.popitem(last=False)
        _open.move_to_end(key)
        return _open[key]
