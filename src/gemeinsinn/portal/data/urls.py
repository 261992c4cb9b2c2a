"""The addresses of the pages that show numbers; each view has its `.csv`, `.json`, `.svg` and `.png`."""

from django.urls import path, register_converter

from gemeinsinn.portal.data import views


class OneOfForms:
    """The forms in which a view can be taken away."""

    regex = "csv|json|svg|png"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(OneOfForms, "form")

urlpatterns = [
    path("", views.start, name="start"),
    path("g/<slug:slug>/", views.area, name="area"),
    path("g/<slug:slug>.<form:form>", views.area_file, name="area_file"),
    path("k/<slug:indicator>/", views.indicator, name="indicator"),
    path("k/<slug:indicator>.<form:form>", views.indicator_file, name="indicator_file"),
    path("e/k/<slug:indicator>/", views.embedded, name="embedded"),
    path("v/", views.compare, name="compare"),
    path("v.<form:form>", views.compare_file, name="compare_file"),
    path("themen/", views.topics, name="topics"),
    path("themen/<slug:topic>/", views.topic, name="topic"),
    path("themen/<slug:topic>.<form:form>", views.topic_file, name="topic_file"),
    path("daten/", views.data, name="data"),
    path("daten/methoden/", views.methods, name="methods"),
    path("daten/geheimhaltung/", views.disclosure, name="disclosure"),
    path("daten/quellen/", views.sources, name="sources"),
    path("daten/revisionen/", views.revisions, name="revisions"),
    path("daten/stand/", views.standing, name="standing"),
    path("daten/schnittstelle/", views.interface, name="interface"),
    path("suche/", views.search, name="search"),
    path("suche.json", views.search_json, name="search_json"),
]
