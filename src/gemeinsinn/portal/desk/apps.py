"""The app of the desk."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "gemeinsinn.portal.desk"
    label = "gemeinsinn_desk"
    verbose_name = "Datenpult"
    default_auto_field = "django.db.models.BigAutoField"
