"""A question made precise: which codes of which columns go to which place of the answer, and which ages to which class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from gemeinsinn.concepts.registers import (
    AGE,
    AGE_CLASS,
    AMT,
    AREA_DIMENSIONS,
    MUNICIPALITY,
    OLDEST,
    ColumnKind,
    PeriodQuestion,
    Question,
    Register,
)
from gemeinsinn.errors import Finding, UnknownNameError, did_you_mean


DROPPED = -1
"""The place of what a question does not ask for."""


@dataclass(frozen=True, slots=True)
class AreaScheme:
    """The municipalities of the territory that is counted on, and what larger area each belongs to."""

    municipalities: tuple[str, ...]
    amt_of: Mapping[str, str]
    district_of: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of areas, by which they may be chosen, too."""

    def key_of(self, text: str, among: Sequence[str]) -> str:
        """The key of an area that is named by key or name; the text itself if it is neither."""
        if text in among:
            return text
        wanted = text.casefold()
        return next((key for key in among if self.names.get(key, "").casefold() == wanted), text)

    def place_of(self, level: str) -> tuple[tuple[str, ...], dict[str, int]]:
        """The areas of a level in order, and the place of each municipality's own."""
        if level == MUNICIPALITY:
            return self.municipalities, {key: place for place, key in enumerate(self.municipalities)}
        parents = self.amt_of if level == AMT else self.district_of
        areas = tuple(dict.fromkeys(parents[key] for key in self.municipalities if key in parents))
        index = {key: place for place, key in enumerate(areas)}
        return areas, {key: index[parents[key]] for key in self.municipalities if key in parents}


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of an answer: its name and the ids of its categories in order."""

    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeMap:
    """Where the codes of a column go: `axis` is a place in the answer's axes, or None for a mere choice."""

    dimension: str
    """The declared dimension; `municipality` for all that are made of municipalities."""
    column: str
    axis: int | None
    place_of: Mapping[int, int]
    """Code → place on the axis (0 for a mere choice); codes that are not named are dropped."""


@dataclass(frozen=True, slots=True)
class AgeMap:
    """Where ages go: classes by their first ages, and the place of each class on the axis, or `DROPPED`."""

    axis: int | None
    thresholds: tuple[int, ...]
    place_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with all names looked up; dates are distinct and rise, of a question of periods there are none."""

    register: Register
    on: tuple[date, ...]
    axes: tuple[Axis, ...]
    codes: tuple[CodeMap, ...]
    ages: AgeMap | None
    """None if neither the answer nor the choice needs an age."""

    @property
    def dimensions(self) -> frozenset[str]:
        """The declared dimensions that the question needs, `municipality` for all that are made of municipalities."""
        return frozenset(each.dimension for each in self.codes)


def resolved(question: Question | PeriodQuestion, register: Register, areas: AreaScheme) -> Resolved:
    """Look everything up; every name that stands for nothing is told in one `UnknownNameError`."""
    _check(question, register)
    axes: list[Axis] = []
    codes: list[CodeMap] = []
    for name in dict.fromkeys((*question.by, *question.where)):
        if name in (AGE, AGE_CLASS):
            continue
        axis, place_of = _categories(name, question.where.get(name), register, areas)
        asked = name in question.by
        base = MUNICIPALITY if name in AREA_DIMENSIONS else name
        goes = len(axes) if asked else None
        codes.append(CodeMap(base, _column(name, register), goes, _places(place_of, asked=asked)))
        if asked:
            axes.append(axis)
    of_age, ages = _ages(question, register, len(axes))
    axes += [of_age] if of_age else []
    on = tuple(sorted(set(question.on))) if isinstance(question, Question) else ()
    return _in_order(Resolved(register, on, tuple(axes), tuple(codes), ages), question.by)


def _check(question: Question | PeriodQuestion, register: Register) -> None:
    findings: list[Finding] = []
    known = dimensions_of(register)
    for name in dict.fromkeys((*question.by, *question.where)):
        if name not in known:
            remedy = did_you_mean(name, known) or f"It has: {', '.join(known)}."
            findings.append(Finding(register.id, f"the register has no dimension '{name}'.", remedy))
    if {AGE, AGE_CLASS} <= set(question.by):
        findings.append(Finding(register.id, "age and age_class cannot be asked for together.", "Choose one."))
    if not (question.on if isinstance(question, Question) else question.periods):
        findings.append(Finding(register.id, "no key date and no period is named.", "Name one, such as 2024-12-31."))
    if findings:
        raise UnknownNameError(findings)


def dimensions_of(register: Register) -> tuple[str, ...]:
    """The names of everything that a register can be counted by."""
    of_area = AREA_DIMENSIONS if register.column(ColumnKind.AREA) else ()
    of_age = (AGE, AGE_CLASS) if register.column(ColumnKind.BIRTH) else ()
    return (*of_area, *of_age, *register.dimensions)


def _in_order(found: Resolved, by: Sequence[str]) -> Resolved:
    """The axes in the order in which they were asked for."""
    old = [axis.name for axis in found.axes]
    new = [old.index(name) for name in dict.fromkeys(by)]
    moved = {place: at for at, place in enumerate(new)}

    def turned(axis: int | None) -> int | None:
        return None if axis is None else moved[axis]

    ages = found.ages and replace(found.ages, axis=turned(found.ages.axis))
    codes = tuple(replace(each, axis=turned(each.axis)) for each in found.codes)
    return Resolved(found.register, found.on, tuple(found.axes[place] for place in new), codes, ages)


def _column(name: str, register: Register) -> str:
    if name in AREA_DIMENSIONS:
        return register.column(ColumnKind.AREA)
    return register.dimensions[name].column


def _categories(
    name: str, wanted: tuple[str, ...] | None, register: Register, areas: AreaScheme
) -> tuple[Axis, dict[int, int]]:
    """The categories of a dimension that are asked for, and the place of each code among them."""
    if name in AREA_DIMENSIONS:
        ids, by_key = areas.place_of(name)
        places = {int(key): place for key, place in by_key.items()}
    else:
        dimension = register.dimensions[name]
        ids, places = tuple(category.id for category in dimension.categories), dict(dimension.category_of)
    if wanted is None:
        return Axis(name, ids), places
    if name in AREA_DIMENSIONS:
        wanted = tuple(areas.key_of(text, ids) for text in wanted)
    missing = [id for id in wanted if id not in ids]
    if missing:
        known = f"It has: {', '.join(ids[:24])}."
        findings = [
            Finding(f"{register.id}.{name}", f"there is no '{id}'.", did_you_mean(id, ids) or known) for id in missing
        ]
        raise UnknownNameError(findings)
    kept = {ids.index(id): at for at, id in enumerate(dict.fromkeys(wanted))}
    chosen = {code: kept[place] for code, place in places.items() if place in kept}
    return Axis(name, tuple(dict.fromkeys(wanted))), chosen


def _places(place_of: Mapping[int, int], *, asked: bool) -> dict[int, int]:
    return dict(place_of) if asked else dict.fromkeys(place_of, 0)


def _ages(question: Question | PeriodQuestion, register: Register, axis: int) -> tuple[Axis | None, AgeMap | None]:
    """Classes fine enough for what is asked and what is chosen, and where each goes; nothing if no age matters."""
    if not {AGE, AGE_CLASS} & {*question.by, *question.where}:
        return None, None
    asked, starts = "", [0]
    if AGE in question.by:
        asked, starts = AGE, list(range(OLDEST + 1))
    elif AGE_CLASS in question.by:
        asked, starts = AGE_CLASS, _starts(question.age_classes or register.age_classes, register)
    texts = [text for name in (AGE, AGE_CLASS) for text in question.where.get(name, ())]
    chosen = [_span(text, register) for text in texts]
    spans = list(pairwise([*starts, OLDEST + 1]))
    bounds = sorted({0, *starts, *(edge for span in chosen for edge in span if edge <= OLDEST)})
    fine = list(pairwise([*bounds, OLDEST + 1]))
    inside = [not chosen or any(low <= first and last <= high for low, high in chosen) for first, last in fine]
    coarse = [
        next((place for place, (low, high) in enumerate(spans) if low <= first and last <= high), DROPPED)
        for first, last in fine
    ]
    kept = sorted({place for place, within in zip(coarse, inside, strict=True) if within and place != DROPPED})
    place_of = tuple(
        kept.index(place) if within and place != DROPPED else DROPPED
        for place, within in zip(coarse, inside, strict=True)
    )
    if not asked:
        merged = tuple(0 if place != DROPPED else DROPPED for place in place_of)
        return None, AgeMap(None, tuple(bounds), merged)
    names = tuple(_name(*spans[place], single=asked == AGE) for place in kept)
    return Axis(asked, names), AgeMap(axis, tuple(bounds), place_of)


def _starts(classes: Iterable[int], register: Register) -> list[int]:
    starts = list(classes)
    if starts != sorted(set(starts)) or not all(0 <= start <= OLDEST for start in starts):
        what = f"'{','.join(map(str, starts))}' are no first ages of classes."
        raise UnknownNameError(
            what, where=register.id, remedy=f"Name rising ages from 0 to {OLDEST}, such as 0,3,6,18,65."
        )
    return starts


def _span(text: str, register: Register) -> tuple[int, int]:
    """First age and the age after the last of `30`, `25-29`, `85+`."""
    low, dash, high = text.strip().partition("-")
    try:
        if text.endswith("+"):
            return int(text[:-1]), OLDEST + 1
        first, last = int(low), int(high) if dash else int(low)
    except ValueError:
        first, last = 1, 0
    if not 0 <= first <= last <= OLDEST:
        remedy = "Write 30, 25-29 or 85+."
        raise UnknownNameError(f"'{text}' is no age.", where=f"{register.id}.{AGE}", remedy=remedy)
    return first, last + 1


def _name(first: int, after: int, *, single: bool) -> str:
    if single:
        return str(first)
    return f"{first}+" if after > OLDEST else f"{first}-{after - 1}"
