"""What every page of the portal shows: the name of the atlas, languages, the state of its data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation

from gemeinsinn.portal.assets import assets
from gemeinsinn.portal.data.words import content_language, said


def site(request: HttpRequest) -> dict[str, Any]:
    """The frame of a page; the release itself comes from the view."""
    here = request.get_full_path()
    name = settings.INSTANCE_SETTINGS.name[content_language()]
    return {
        "site_name": name,
        "site_address": settings.INSTANCE_SETTINGS.base_url or f"{request.scheme}://{request.get_host()}",
        "language_prefix": "" if translation.get_language() == "de" else f"/{translation.get_language()}",
        "operator": said(settings.INSTANCE_SETTINGS.operator),
        "assets": assets(),
        "languages": [
            {
                "code": code,
                "name": label,
                "url": translate_url(here, code),
                "current": code == translation.get_language(),
            }
            for code, label in settings.LANGUAGES
        ],
    }
