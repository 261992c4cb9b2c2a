"""The app of pages that editors write."""

from django.apps import AppConfig


class EditorialConfig(AppConfig):
    name = "gemeinsinn.portal.editorial"
    label = "gemeinsinn_editorial"
    verbose_name = "Redaktion"
    default_auto_field = "django.db.models.BigAutoField"
