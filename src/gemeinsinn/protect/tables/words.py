"""An attack in words: which cell somebody recomputes from which others, in a sentence that a steward can follow.

Patterns with slots are translated with gettext, in a catalogue of their own. They name cells, and never a number.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from gemeinsinn.protect.tables.model import Labels, TableModel
from gemeinsinn.protect.tables.pattern import Flags
from gemeinsinn.protect.tables.recipes import Recipe, Tells, recipe_of
from gemeinsinn.protect.tables.union_names import BOUND, RELEASE


DOMAIN = "disclosure"
_LOCALE = Path(__file__).parents[2] / "locale"
_NAMED = 4
"""So many cells of a sum are named; of more, the first and how many others there are."""

Origin = Callable[[int], str]
"""The earlier release that shows a cell, or nothing if it needs none."""


def N_(message: str) -> str:  # noqa: N802  (the name that gettext's tools look for)
    """Mark a message for translation without translating it here."""
    return message


PATTERNS: Mapping[str, str] = {
    "cell": N_("({codes})"),
    "cell.of": N_("({codes}) in {release}"),
    "rest": N_("the total over {dimension} {total} minus the other {count}: {parts}"),
    "rest.one": N_("the total over {dimension} {total} minus the other one: {parts}"),
    "rest.none": N_("the same as {total}, because all others are zero"),
    "sum": N_("the sum of {plus}"),
    "difference": N_("{plus} minus {minus}"),
    "nothing": N_("zero"),
    "fraction": N_("{what}, divided by {divisor}"),
    "value": N_("{cell} is {what}."),
    "at_most": N_("{cell} is at most {what}, because nothing is below zero."),
    "at_least": N_("{cell} is at least {what}, because nothing is below zero."),
    "times": N_("{factor} times {cell}"),
    "more": N_("{count} more cells"),
    "list.and": N_("{first} and {last}"),
    "insider": N_("Someone who is alone in {own} knows that cell. {recipe}"),
    "known": N_("Someone who knows {own}: {recipe}"),
    "together": N_("All who are alone in a cell put together what they know. {recipe}"),
    "releases": N_("{release} shows {cells}."),
    "frozen.what": N_("{cell} should be hidden, and cannot be any more."),
    "frozen.shown": N_("{release} shows it."),
    "frozen.leave_open": N_("Leave it open: its value is known, and hiding it now would protect nobody."),
    "frozen.hold_back": N_(
        "Keep the earlier figures of the {count} cells that were corrected with it, or leave them out, until they can "
        "be merged or pooled."
    ),
    "program": N_("{cell} follows from all equations together; no short way was found."),
    "narrow": N_("{cell} can be narrowed from all equations together; no short way was found."),
}
"""Every pattern by its key, in English, which is what the catalogue translates."""


@dataclass(frozen=True, slots=True)
class Language:
    """The patterns of a language."""

    patterns: Mapping[str, str]

    def fill(self, key: str, **slots: object) -> str:
        """A pattern with its slots filled."""
        return self.patterns[key].format(**slots)

    def listed(self, items: Sequence[str]) -> str:
        """A, B and C; of many, the first few and how many more."""
        if len(items) > _NAMED:
            items = [*items[: _NAMED - 1], self.fill("more", count=len(items) - _NAMED + 1)]
        if len(items) == 1:
            return items[0]
        return self.fill("list.and", first=", ".join(items[:-1]), last=items[-1])


@cache
def language(name: str) -> Language:
    """A language by its code; what has no translation stays English."""
    if name == "en":
        return Language(PATTERNS)
    translate = gettext.translation(DOMAIN, _LOCALE, languages=[name, name.partition("-")[0]], fallback=True).gettext
    return Language({key: translate(message) for key, message in PATTERNS.items()})


@dataclass(frozen=True, slots=True)
class Attack:
    """What is to be told: who attacks which cell, knowing what, and how much he learns."""

    cell: int
    known: tuple[int, ...] = ()
    """The hidden cells that he knows: his own."""
    together: bool = False
    """Whether they are those of all who are alone somewhere."""
    alone: bool = True
    """Whether he is alone in them; else he knows them for another reason."""
    low: float = 0.0
    high: float = 0.0
    """Between which values the cell must lie for him."""


def told(model: TableModel, hidden: Flags, attack: Attack, *, name: str = "en", origin: Origin | None = None) -> str:
    """The attack in a language: `Someone who … . (A, w) is the total over sex (A, Total) minus the other one: (A, m).`"""
    speaks = language(name)
    recipes = _recipes(model, hidden, attack)
    if recipes:
        text = " ".join(_sentence(model, recipe, speaks) for recipe in recipes)
        text = _with_releases(model.labels, text, recipes, speaks, origin)
    else:
        key = "program" if attack.low == attack.high else "narrow"
        text = speaks.fill(key, cell=cell_name(model.labels, attack.cell, speaks))
    return _with_attacker(model.labels, text, attack, speaks)


def _recipes(model: TableModel, hidden: Flags, attack: Attack) -> list[Recipe]:
    """How the value is recomputed or, if it is not, how it is bounded from above and from below."""
    exact = recipe_of(model, hidden, attack.cell, known=attack.known) if attack.low == attack.high else None
    if exact is not None:
        return [exact]
    asked = [Tells.AT_MOST] if np.isfinite(attack.high) else []
    asked += [Tells.AT_LEAST] if attack.low > 0 else []
    found = [recipe_of(model, hidden, attack.cell, known=attack.known, tells=tells) for tells in asked]
    return [recipe for recipe in found if recipe is not None]


def cell_name(labels: Labels, cell: int, speaks: Language) -> str:
    """A cell by its codes and, if it comes from an earlier release, by that."""
    codes = dict(zip(labels.dimensions, labels.of(cell), strict=True))
    release = codes.pop(RELEASE, "")
    text = ", ".join(code for code in codes.values() if code)
    if release and release != BOUND:
        return speaks.fill("cell.of", codes=text, release=release)
    return speaks.fill("cell", codes=text)


def _sentence(model: TableModel, recipe: Recipe, speaks: Language) -> str:
    cell = cell_name(model.labels, recipe.cell, speaks)
    return speaks.fill(str(recipe.tells), cell=cell, what=_what(model.labels, recipe, speaks))


def _what(labels: Labels, recipe: Recipe, speaks: Language) -> str:
    plus = [(cell, factor) for cell, factor in recipe.terms if factor > 0]
    minus = [(cell, -factor) for cell, factor in recipe.terms if factor < 0]
    dimension = _dimension(labels, recipe, plus)
    if dimension:
        return _rest(labels, dimension, plus[0][0], [cell for cell, _ in minus], speaks)
    if not recipe.terms:
        return speaks.fill("nothing")
    text = (
        speaks.listed([_term(labels, cell, factor, speaks) for cell, factor in plus])
        if plus
        else speaks.fill("nothing")
    )
    if minus:
        others = speaks.listed([_term(labels, cell, factor, speaks) for cell, factor in minus])
        text = speaks.fill("difference", plus=text, minus=others)
    elif len(plus) > 1:
        text = speaks.fill("sum", plus=text)
    return text if recipe.divisor == 1 else speaks.fill("fraction", what=text, divisor=recipe.divisor)


def _dimension(labels: Labels, recipe: Recipe, plus: Sequence[tuple[int, int]]) -> str:
    """The dimension over which one equation adds up, if the cell is a part and its total is known; else nothing."""
    single = recipe.equations == 1 and recipe.tells is Tells.VALUE and recipe.divisor == 1
    if not single or len(plus) != 1 or any(abs(factor) != 1 for _, factor in recipe.terms):
        return ""
    own, total = labels.of(recipe.cell), labels.of(plus[0][0])
    differ = [name for name, one, other in zip(labels.dimensions, own, total, strict=True) if one != other]
    return differ[0] if len(differ) == 1 and differ[0] != RELEASE else ""


def _rest(labels: Labels, dimension: str, total: int, parts: Sequence[int], speaks: Language) -> str:
    whole = cell_name(labels, total, speaks)
    if not parts:
        return speaks.fill("rest.none", total=whole)
    named = speaks.listed([cell_name(labels, cell, speaks) for cell in parts])
    key = "rest.one" if len(parts) == 1 else "rest"
    return speaks.fill(key, dimension=dimension, total=whole, count=len(parts), parts=named)


def _term(labels: Labels, cell: int, factor: int, speaks: Language) -> str:
    name = cell_name(labels, cell, speaks)
    return name if factor == 1 else speaks.fill("times", factor=factor, cell=name)


def _with_releases(
    labels: Labels, text: str, recipes: Sequence[Recipe], speaks: Language, origin: Origin | None
) -> str:
    """First what earlier releases show of it: "release A shows …, release B shows …"."""
    if origin is None:
        return text
    shown: dict[str, list[int]] = {}
    for cell in dict.fromkeys(cell for recipe in recipes for cell, _ in recipe.terms):
        if origin(cell):
            shown.setdefault(origin(cell), []).append(cell)
    sentences = [
        speaks.fill(
            "releases", release=release, cells=speaks.listed([cell_name(labels, each, speaks) for each in cells])
        )
        for release, cells in shown.items()
    ]
    return " ".join([*sentences, text])


def _with_attacker(labels: Labels, text: str, attack: Attack, speaks: Language) -> str:
    if attack.together:
        return speaks.fill("together", recipe=text)
    if not attack.known:
        return text
    own = speaks.listed([cell_name(labels, cell, speaks) for cell in attack.known])
    return speaks.fill("insider" if attack.alone else "known", own=own, recipe=text)
