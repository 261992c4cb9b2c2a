"""What a browser may load: strict on the public pages, wider in the editors' admin, and nothing of third parties anywhere."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.utils import translation


HEADER = "Content-Security-Policy"
ADMIN = "/verwaltung/"
EMBED = "/e/"

_PUBLIC = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
_EMBEDDED = {**_PUBLIC, "frame-ancestors": ["*"]}
_ADMIN = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "object-src": [NONE],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
}

PUBLIC_POLICY = build_policy(config=_PUBLIC)
EMBEDDED_POLICY = build_policy(config=_EMBEDDED)
ADMIN_POLICY = build_policy(config=_ADMIN)

View = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Puts the policy that fits the address on every answer."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if HEADER not in response:
            response[HEADER] = policy_of(request.path)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()")
        if _below_language(request.path).startswith(EMBED):
            response.xframe_options_exempt = True
        elif not request.path.startswith(ADMIN):
            response["X-Frame-Options"] = "DENY"
        return response


def policy_of(path: str) -> str:
    """The policy for an address."""
    if path.startswith(ADMIN):
        return ADMIN_POLICY
    return EMBEDDED_POLICY if _below_language(path).startswith(EMBED) else PUBLIC_POLICY


def _below_language(path: str) -> str:
    for prefix in ("/en/", "/de-simple/"):
        if path.startswith(prefix):
            return path[len(prefix) - 1 :]
    return path


class AdminInGerman:
    """The admin speaks German, whatever the browser asks for, until an editor chooses otherwise."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN):
            with translation.override("de"):
                return self.get_response(request)
        return self.get_response(request)
