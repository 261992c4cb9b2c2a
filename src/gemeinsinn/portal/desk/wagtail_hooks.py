"""Where the admin shows the desk: an address, an entry of the menu, and the right among those that a group may have."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gemeinsinn.portal.desk.models import RIGHT
from gemeinsinn.portal.desk.views import calculate, disclosure


class OfRight(MenuItem):  # type: ignore[misc]
    """An entry for those who have the right."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator, unused-ignore]  # untyped in some versions of Wagtail
def addresses() -> list[URLPattern]:
    return [
        path("geheimhaltung/", disclosure, name="desk_disclosure"),
        path("geheimhaltung/rechnen/", calculate, name="desk_calculate"),
    ]


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator, unused-ignore]  # untyped in some versions of Wagtail
def entry() -> Any:
    return OfRight(_("Disclosure control"), reverse("desk_disclosure"), icon_name="lock", order=900)


@hooks.register("register_permissions")  # type: ignore[untyped-decorator, unused-ignore]  # untyped in some versions of Wagtail
def rights() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="gemeinsinn_desk", codename="view_disclosure")
