"""The app of the pages that show numbers."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "gemeinsinn.portal.data"
    label = "gemeinsinn_data"
    verbose_name = "Daten"
