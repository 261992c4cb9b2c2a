"""The addresses of the portal."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls


_PICTURES = "images|original_images|avatar_images"
"""What of the editors' files anybody may fetch by its address; documents go through their own view and its rights."""

urlpatterns: list[URLPattern | URLResolver] = [
    path("verwaltung/", include(wagtailadmin_urls)),
    path("dokumente/", include(wagtaildocs_urls)),
    re_path(rf"^media/(?P<path>(?:{_PICTURES})/.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
    *i18n_patterns(
        path("", include("gemeinsinn.portal.data.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
handler404 = "gemeinsinn.portal.data.views.not_found"
handler500 = "gemeinsinn.portal.data.views.our_fault"
