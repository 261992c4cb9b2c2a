"""A page of text in German, English and plain German."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index


_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


class TextPage(Page):
    """Text that is the same on every visit; where a language is missing, German stands."""

    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    body = RichTextField(_("text"), features=_FEATURES, blank=True)
    body_en = RichTextField(_("text in English"), features=_FEATURES, blank=True)
    body_plain = RichTextField(_("text in plain German"), features=_FEATURES, blank=True)
    shows_operator = models.BooleanField(
        _("names the operator"), default=False, help_text=_("Name and contact from the settings of the instance.")
    )

    template = "editorial/text_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("title_en"), FieldPanel("body_en")], heading=_("English")),
        FieldPanel("body_plain"),
        FieldPanel("shows_operator"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body"), index.SearchField("body_en")]

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        text, language = self._text()
        chosen = {
            "text": text,
            "text_language": language,
            "heading": self.title_en if language == "en" and self.title_en else self.title,
            "contact": settings.INSTANCE_SETTINGS.contact,
        }
        return {**context, **chosen}

    def _text(self) -> tuple[str, str]:
        """The text in the language of the page, and the language it is in."""
        language = get_language()
        if language == "en" and self.body_en:
            return self.body_en, "en"
        if language == settings.PLAIN_GERMAN and self.body_plain:
            return self.body_plain, settings.PLAIN_GERMAN
        return self.body, "de"
