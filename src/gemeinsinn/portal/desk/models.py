"""The right to see what disclosure control hides; nothing of it lies in the database."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


RIGHT = "gemeinsinn_desk.view_disclosure"


class Disclosure(models.Model):
    """What the right is a right to see."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (("view_disclosure", _("Can see the report on disclosure control")),)
        verbose_name = _("disclosure control")
