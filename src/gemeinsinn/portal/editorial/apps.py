"""The app of pages that editors write."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class EditorialConfig(AppConfig):
    name = "gemeinsinn.portal.editorial"
    label = "gemeinsinn_editorial"
    verbose_name = "Redaktion"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_find_new_pages, sender=self)


def _find_new_pages(*, plan: list[Any], **_: Any) -> None:
    """Pages that a migration made are not in the index of the search yet."""
    if plan:
        call_command("update_index", verbosity=0)
