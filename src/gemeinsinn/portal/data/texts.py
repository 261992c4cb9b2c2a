"""The words of the page's own code (map, charts, tables), in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _


def component_texts() -> dict[str, str]:
    """Texts by key; slots in braces are filled by the code."""
    return {
        "map_label": _("Map of {indicator}, {period}. All values stand in the table below."),
        "map_hint": _("Tap an area to see its value and to compare it."),
        "legend": _("Classes"),
        "legend_range": _("{from} to {to}"),
        "legend_up_to": _("up to {to}"),
        "legend_from": _("from {from}"),
        "no_value": _("no value"),
        "trend_label": _("Development of {indicator} for {areas}. All values stand in the table below."),
        "gap": _("no value: {reason}"),
        "multiples_label": _("{area}: {first} in {from}, {last} in {to}"),
        "multiples_none": _("{area}: no values"),
        "counts": _("{cases} of {people}"),
        "map_of": _("Map {period}"),
        "better": _("more favourable"),
        "worse": _("less favourable"),
        "higher": _("discernibly higher"),
        "lower": _("discernibly lower"),
        "no-difference": _("no discernible difference"),
        "not-judged": _("not judged"),
        "weak": _("few cases, of limited reliability"),
        "pooled": _("pooled over several years"),
        "merged": _("value of the Amt"),
        "converted": _("converted to today’s boundaries"),
        "municipality": _("Municipalities"),
        "amt": _("Ämter"),
        "district": _("Districts"),
        "state": _("States"),
        "previous_year": _("Previous year"),
        "next_year": _("Next year"),
        "not_loaded": _("The picture could not be loaded; all values stand in the tables."),
    }
