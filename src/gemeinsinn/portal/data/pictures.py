"""Pictures of views outside the browser: Vega-Lite specifications from released numbers, drawn as SVG or PNG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import vl_convert
from django.utils.translation import gettext as _

from gemeinsinn.portal.data.area_page import area_context
from gemeinsinn.portal.data.beside import Official, official_beside
from gemeinsinn.portal.data.selection import Selection, areas_of_level
from gemeinsinn.portal.data.topic_page import heat_table, topic_entries
from gemeinsinn.portal.data.words import content_language, reason, said, title_of, wording
from gemeinsinn.releases.data import IndicatorData
from gemeinsinn.releases.offline import question_on
from gemeinsinn.releases.read import Release
from gemeinsinn.releases.sentences import finding


Spec = dict[str, Any]
_VEGA_LITE = "v6.1"
MAP = "karte"
SEQUENTIAL = ["#d9e6f5", "#a5c6e8", "#6a9fd4", "#3474b0", "#174a7e"]
"""Five classes of one hue, told apart also by people who do not see colours."""
LINES = ["#174a7e", "#b5471b", "#2b7a4b", "#7a4b9a", "#8a6d00", "#0f766e", "#9f1239", "#44403c"]
DASHES = [[6, 4], [2, 3], [9, 3, 2, 3]]
_JUDGED = {
    "better": ("#1d6b52", "triangle-up"),
    "worse": ("#b5471b", "triangle-down"),
    "higher": ("#174a7e", "triangle-right"),
    "lower": ("#174a7e", "triangle-left"),
    "no-difference": ("#5b6170", "circle"),
    "not-judged": ("#5b6170", "diamond"),
}
_MISSING = "#8a8f9c"


def drawn(spec: Spec, form: str) -> bytes:
    """A specification as SVG or PNG."""
    locale: Literal["de-DE", "en-GB"] = "de-DE" if content_language() == "de" else "en-GB"
    text = json.dumps(spec)
    if form == "png":
        return bytes(
            vl_convert.vegalite_to_png(
                text, vl_version=_VEGA_LITE, scale=2, format_locale=locale, time_format_locale=locale
            )
        )
    return str(
        vl_convert.vegalite_to_svg(text, vl_version=_VEGA_LITE, format_locale=locale, time_format_locale=locale)
    ).encode("utf-8")


def indicator_spec(release: Release, data: IndicatorData, selection: Selection, *, picture: str = "") -> Spec:
    """The trend of the chosen areas, or the map of the level in the chosen period."""
    words = wording(release)
    question = question_on(release, data, selection.area, selection.period, content_language())
    said_of_it = finding(question, words)
    entry = release.indicators[data.id]
    is_map = picture == MAP and selection.level in release.areas["geo"]
    official = None if is_map else official_beside(release, entry)
    entries = [entry, *([official.entry] if official else [])]
    frame = _frame(release, said_of_it.title, said(entry["title"]), _sources(release, entries), entries)
    if is_map:
        return {**frame, **_map(release, data, selection)}
    return {**frame, **_trend(release, data, selection, official)}


def _frame(release: Release, title: str, subtitle: str, sources: str, entries: Sequence[Mapping[str, Any]]) -> Spec:
    """Title, subtitle, sources and data state; what rests on people who do not exist says so first."""
    is_synthetic = any(entry.get("synthetic") for entry in entries)
    mark = [_("Synthetic data: the people do not exist.")] if is_synthetic else []
    state = {"de": "Datenstand", "en": "data state"}[content_language()]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "#ffffff",
        "padding": 16,
        "title": {
            "text": _wrapped(title, 64),
            "subtitle": [*mark, *_wrapped(subtitle, 90), *_wrapped(f"{sources} · {state} {release.hash[:12]}", 96)],
            "anchor": "start",
            "fontSize": 18,
            "subtitleFontSize": 11,
            "subtitleColor": "#40444f",
            "offset": 14,
        },
        "config": {"font": "Fira Sans, Helvetica, Arial, sans-serif", "view": {"stroke": None}},
    }


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _sources(release: Release, entries: Sequence[Mapping[str, Any]]) -> str:
    sources = [source for entry in entries for source in entry["sources"]]
    attributions = (release.catalogue["sources"][source]["attribution"] for source in sources)
    licences = (release.catalogue["sources"][source]["licence"] for source in sources)
    return f"{'; '.join(dict.fromkeys(attributions))} ({', '.join(dict.fromkeys(licences))})"


def _trend(release: Release, data: IndicatorData, selection: Selection, official: Official | None) -> Spec:
    """Lines by area; a break of the series breaks the line, a band shows the interval of the first area.

    The official values beside are dashed and grey.
    """
    breaks = [each["period"] for each in data.plain["breaks"]]
    rows = []
    for area in selection.areas:
        for period, cell in data.series(area):
            part = data.part(period)
            rows.append(
                {
                    "area": release.names[area],
                    "year": int(period[:4]),
                    "value": cell.value,
                    "lower": cell.lower,
                    "upper": cell.upper,
                    "part": part,
                }
            )
    own = [release.names[area] for area in selection.areas]
    names, colours, dashes = own, LINES, [[1, 0]]
    if official:
        breaks += [each["period"] for each in official.data.plain["breaks"]]
        rows += _official_rows(official)
        names = [*own, *official.names]
        colours = [*(LINES * len(own))[: len(own)], *[_MISSING] * len(official.names)]
        dashes = [*[[1, 0]] * len(own), *(DASHES * len(names))[: len(official.names)]]
    x = {
        "field": "year",
        "type": "quantitative",
        "axis": {"format": "d", "title": None, "tickMinStep": 1},
        "scale": {"zero": False, "nice": False},
    }
    y = {"field": "value", "type": "quantitative", "axis": {"title": None}, "scale": {"zero": True}}
    colour: Spec = {
        "field": "area",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": colours},
        "legend": {"title": None, "orient": "bottom", "columns": 4, "labelLimit": 260},
    }
    dashed: Spec = {}
    size: int | Spec = 42
    if official:
        colour["legend"] |= {"symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2}
        dashed = {"strokeDash": {**colour, "scale": {"domain": names, "range": dashes}}}
        size = {"expr": f"indexof({json.dumps(own)}, datum.area) < 0 ? 14 : 42"}
    shape = {"field": "area", "type": "nominal", "sort": names, "legend": None}
    first = {"filter": {"field": "area", "equal": names[0]}}
    layers: list[Spec] = [
        {"transform": [first], "mark": {"type": "area", "opacity": 0.18, "color": LINES[0]}, "encoding": {"x": x, "y": {"field": "lower", "type": "quantitative"}, "y2": {"field": "upper"}, "detail": {"field": "part"}}},
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": y, "color": colour, **dashed, "detail": {"field": "part"}}},
        {"mark": {"type": "point", "filled": True, "size": size}, "encoding": {"x": x, "y": y, "color": colour, "shape": shape}},
    ]  # fmt: skip
    layers += [
        {"data": {"values": [{"year": int(each[:4]) - 0.5}]}, "mark": {"type": "rule", "strokeDash": [5, 4], "color": _MISSING}, "encoding": {"x": {"field": "year", "type": "quantitative"}}}
        for each in breaks
    ]  # fmt: skip
    return {"width": 720, "height": 360, "data": {"values": rows}, "layer": layers}


def _official_rows(official: Official) -> list[dict[str, Any]]:
    return [
        {"area": name, "year": int(period[:4]), "value": cell.value, "part": official.data.part(period)}
        for area, name in zip(official.areas, official.names, strict=True)
        for period, cell in official.data.series(area)
    ]


def _map(release: Release, data: IndicatorData, selection: Selection) -> Spec:
    """The areas of the level by class of their value; without a value they are hatched by their sign in grey."""
    level = selection.level
    topology = json.loads((release.folder / release.areas["geo"][level]).read_bytes())
    insets = {area for inset in topology.pop("insets", []) for area in inset["areas"]}
    words = wording(release)
    rows = []
    for area in areas_of_level(release, level):
        cell = data.cell(area, selection.period)
        text = words.value(cell.value, data) if cell.value is not None else reason(cell, words)
        rows.append({"key": area, "value": cell.value, "text": text})
    lookup = {"lookup": "id", "from": {"data": {"values": rows}, "key": "key", "fields": ["value", "text"]}}
    inset_list = json.dumps(sorted(insets))
    mainland = f"indexof({inset_list}, datum.id) < 0"
    scale = {"type": "quantile", "range": SEQUENTIAL}
    colour = {
        "field": "value",
        "type": "quantitative",
        "scale": scale,
        "legend": {"title": None, "orient": "right", "format": f",.{data.decimals}f"},
    }
    layer = {
        "data": {"values": topology, "format": {"type": "topojson", "feature": level}},
        "transform": [lookup],
        "mark": {"type": "geoshape", "stroke": "#ffffff", "strokeWidth": 0.7},
        "encoding": {"color": {"condition": {"test": "!isValid(datum.value)", "value": "#c9ccd4"}, **colour}},
    }
    if not insets:
        return {"width": 640, "height": 560, "projection": {"type": "mercator"}, **layer}
    main = {
        **layer,
        "transform": [{"filter": mainland}, lookup],
        "width": 560,
        "height": 520,
        "projection": {"type": "mercator"},
    }
    names = ", ".join(release.names[area] for area in sorted(insets))
    side = {
        **layer,
        "transform": [{"filter": f"!({mainland})"}, lookup],
        "width": 110,
        "height": 110,
        "projection": {"type": "mercator"},
        "title": {"text": names, "fontSize": 11, "anchor": "start", "offset": 4},
        "view": {"stroke": _MISSING},
    }
    return {"hconcat": [side, main], "spacing": 12, "resolve": {"scale": {"color": "shared"}}}


def area_spec(release: Release, area: str) -> Spec:
    """The spine chart of an area: each indicator on its own scale, benchmark in the middle, better to the right."""
    context = area_context(release, area)
    rows = []
    for topic in context["topics"]:
        for line in topic["lines"]:
            if line["spine"] is not None:
                rows.append(_spine_row(line))
    entries = [line["entry"] for topic in context["topics"] for line in topic["lines"] if line["spine"] is not None]
    name, benchmark = release.names[area], context["benchmarks"][0]["name"] if context["benchmarks"] else ""
    subtitle = {
        "de": f"Balken: alle Gebiete der Ebene, dunkel die mittlere Hälfte; Strich: {benchmark}",
        "en": f"Bars: all areas of the level, dark the middle half; line: {benchmark}",
    }[content_language()]
    y = {
        "field": "title",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 320, "domain": False, "ticks": False},
    }
    x = {"type": "quantitative", "axis": None, "scale": {"domain": [-1.05, 1.05]}}
    domain = list(_JUDGED)
    return {
        **_frame(release, name, subtitle, _all_attributions(release), entries),
        "width": 420,
        "height": {"step": 20},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "bar", "height": 12, "color": "#dfe2e9"}, "encoding": {"y": y, "x": {**x, "field": "lowest"}, "x2": {"field": "highest"}}},
            {"mark": {"type": "bar", "height": 12, "color": "#b9bfcc"}, "encoding": {"y": y, "x": {**x, "field": "q1"}, "x2": {"field": "q3"}}},
            {"mark": {"type": "rule", "color": "#171a2b"}, "encoding": {"x": {**x, "datum": 0}}},
            {"mark": {"type": "rule", "color": "#40444f"}, "encoding": {"y": y, "x": {**x, "field": "lower"}, "x2": {"field": "upper"}}},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1}, "encoding": {"y": y, "x": {**x, "field": "own"}, "color": {"field": "judgement", "type": "nominal", "scale": {"domain": domain, "range": [_JUDGED[key][0] for key in domain]}, "legend": None}, "shape": {"field": "judgement", "type": "nominal", "scale": {"domain": domain, "range": [_JUDGED[key][1] for key in domain]}, "legend": None}}},
            {"mark": {"type": "text", "align": "left", "fontSize": 10, "x": 428}, "encoding": {"y": y, "text": {"field": "text"}}},
        ],
    }  # fmt: skip


def spine_place(spine: Mapping[str, Any], value: float) -> float:
    """Where a value stands on a spine: the benchmark at 0, the farther end of the level at 1, better to the right."""
    reach = max(abs(spine["highest"] - spine["benchmark"]), abs(spine["benchmark"] - spine["lowest"]), 1e-12)
    direction = -1 if spine["polarity"] == "lower_is_better" else 1
    place: float = direction * max(-1.0, min(1.0, (value - spine["benchmark"]) / reach))
    return place


def _spine_row(line: Mapping[str, Any]) -> dict[str, Any]:
    spine = line["spine"]

    def place(value: float | None) -> float | None:
        return None if value is None else spine_place(spine, value)

    return {
        "title": f"{title_of(line['entry'])} ({line['period']})",
        "lowest": place(spine["lowest"]),
        "highest": place(spine["highest"]),
        "q1": place(spine["quarter"]),
        "q3": place(spine["three-quarters"]),
        "own": place(spine["own"]),
        "lower": place(spine["lower"]),
        "upper": place(spine["upper"]),
        "judgement": spine["judgement"],
        "text": line["own"].text,
    }


def _all_attributions(release: Release) -> str:
    facts = release.catalogue["sources"].values()
    return "; ".join(dict.fromkeys(each["publisher"] for each in facts))


def compare_spec(release: Release, areas: Sequence[str], indicators: Sequence[str]) -> Spec:
    """A panel an indicator: the areas' values with their intervals."""
    panels = []
    for id in indicators:
        data = release.data(id)
        period = next((latest for area in areas if (latest := data.latest(area))), data.periods[-1])
        cells = [(area, data.cell(area, period)) for area in areas]
        rows = [
            {"area": release.names[area], "value": cell.value, "lower": cell.lower, "upper": cell.upper}
            for area, cell in cells
        ]
        y = {"field": "area", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 220}}
        x = {"type": "quantitative", "axis": {"title": None}, "scale": {"zero": True}}
        panels.append(
            {
                "title": {"text": f"{title_of(release.indicators[id])} ({period})", "anchor": "start", "fontSize": 12},
                "width": 420,
                "height": {"step": 18},
                "data": {"values": rows},
                "layer": [
                    {"mark": {"type": "rule", "color": "#40444f"}, "encoding": {"y": y, "x": {**x, "field": "lower"}, "x2": {"field": "upper"}}},
                    {"mark": {"type": "point", "filled": True, "size": 60, "color": LINES[0]}, "encoding": {"y": y, "x": {**x, "field": "value"}}},
                ],
            }
        )  # fmt: skip
    title = {"de": "Vergleich", "en": "Comparison"}[content_language()]
    entries = [release.indicators[id] for id in indicators]
    return {**_frame(release, title, "", _all_attributions(release), entries), "vconcat": panels}


def topic_spec(release: Release, topic: str) -> Spec:
    """The heat table of a topic as a picture."""
    facts = next(each for each in release.catalogue["topics"] if each["id"] == topic)
    entries = topic_entries(release, topic)
    heat = heat_table(release, entries, wording(release))
    rows = []
    for line in heat["lines"] if heat else []:
        for column, (cell, of_class) in zip(heat["columns"] if heat else [], line["cells"], strict=True):
            rows.append(
                {
                    "area": line["row"].name,
                    "indicator": f"{title_of(column['entry'])} ({column['period']})",
                    "class": of_class,
                    "text": cell.text,
                }
            )
    x = {
        "field": "indicator",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "orient": "top", "labelAngle": -35, "labelLimit": 320},
    }
    y = {"field": "area", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 220}}
    colour = {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": list(range(len(SEQUENTIAL))), "range": SEQUENTIAL},
        "legend": None,
    }
    return {
        **_frame(release, said(facts["title"]), said(facts["description"]), _all_attributions(release), entries),
        "width": {"step": 96},
        "height": {"step": 18},
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "rect", "stroke": "#ffffff"}, "encoding": {"x": x, "y": y, "color": {"condition": {"test": "!isValid(datum.class)", "value": "#eceef2"}, **colour}}},
            {"mark": {"type": "text", "fontSize": 9}, "encoding": {"x": x, "y": y, "text": {"field": "text"}, "color": {"condition": {"test": "datum.class > 2", "value": "#ffffff"}, "value": "#171a2b"}}},
        ],
    }  # fmt: skip
