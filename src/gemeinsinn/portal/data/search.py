"""Searching municipalities, topics and indicators; typing errors are forgiven, and two things can be asked at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from gemeinsinn.concepts.names import folded
from gemeinsinn.portal.data.words import content_language, said
from gemeinsinn.releases.read import Release


_GOOD = 78.0
_SURE = 88.0
_UNKNOWN = 12.0
"""What an indicator loses that has no value at the level of the area asked for."""
_BY_TITLE = 3.0
"""What a title that begins like the question gains over one that only has the same keyword."""
_IGNORED = {
    "in", "im", "der", "die", "das", "von", "fuer", "seit", "und", "wie", "viele", "gibt", "es", "hat", "the", "of",
    "for", "since", "how", "many", "entwickelte", "sich", "meiner", "meine", "gemeinde", "my",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: what it is, its name, what stands below the name, and where it leads."""

    kind: str
    title: str
    subtitle: str
    url: str
    score: float
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class _Term:
    """Something that can be found, with the words it answers to."""

    kind: str
    id: str
    words: tuple[str, ...]
    weight: float


def found(release: Release, question: str, *, at_most: int = 12) -> list[Hit]:
    """The answers to a question, best first: an indicator for an area goes before either alone."""
    tokens = [token for token in folded(question).split() if token not in _IGNORED]
    if not tokens:
        return []
    terms = _terms(release, content_language())
    areas = _matches(tokens, [term for term in terms if term.kind == "area"])
    indicators = _matches(tokens, [term for term in terms if term.kind == "indicator"])
    topics = _matches(tokens, [term for term in terms if term.kind == "topic"])
    hits = _together(release, tokens, areas, indicators)
    hits += [_area_hit(release, term, score) for term, score, _ in areas]
    hits += [_indicator_hit(release, term, score) for term, score, _ in indicators]
    hits += [_topic_hit(release, term, score) for term, score, _ in topics]
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: -hit.score):
        best.setdefault(hit.url, hit)
    return list(best.values())[:at_most]


_kept: dict[tuple[str, str], tuple[_Term, ...]] = {}
_MOST_KEPT = 8


def _terms(release: Release, language: str) -> tuple[_Term, ...]:
    """All that can be found in a release; made once a release and language."""
    key = (release.hash, language)
    if key not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = tuple(_made_terms(release, language))
    return _kept[key]


def _made_terms(release: Release, language: str) -> Iterator[_Term]:
    for area in release.areas["areas"]:
        yield _Term("area", area["key"], (folded(area["name"]),), _area_weight(area, release))
    for entry in release.catalogue["indicators"]:
        words = [entry["title"][language], *entry["keywords"], entry["title"]["de"], entry["title"]["en"]]
        yield _Term("indicator", entry["id"], tuple(dict.fromkeys(folded(word) for word in words)), 1.0)
    for topic in release.catalogue["topics"]:
        yield _Term("topic", topic["id"], (folded(topic["title"][language]),), 0.97)


def _area_weight(area: dict[str, Any], release: Release) -> float:
    """Areas of the county go before districts and states of the same name."""
    return 1.0 if area["level"] in ("municipality", "amt") or area["key"] == release.areas["home"] else 0.96


def _matches(tokens: Sequence[str], terms: Sequence[_Term]) -> list[tuple[_Term, float, frozenset[str]]]:
    """The terms that some of the tokens mean, with a score and the tokens used, best first."""
    matches = []
    for term in terms:
        best, used = 0.0, frozenset[str]()
        for word in term.words:
            score, tokens_used = _score(tokens, word)
            if score > best:
                best, used = score, tokens_used
        if best >= _GOOD:
            like_title = max(JaroWinkler.similarity(token, term.words[0]) for token in used or tokens)
            matches.append((term, best * term.weight + _BY_TITLE * like_title, used))
    return sorted(matches, key=lambda match: -match[1])[:8]


def _score(tokens: Sequence[str], word: str) -> tuple[float, frozenset[str]]:
    """How well tokens match a word or phrase; each part of the phrase is looked for among the tokens."""
    whole = fuzz.ratio(" ".join(tokens), word)
    parts = [part for part in word.split() if part not in _IGNORED]
    if not parts:
        return 0.0, frozenset()
    used: set[str] = set()
    total = 0.0
    for part in parts:
        token, score = max(((token, _alike(token, part)) for token in tokens), key=lambda pair: pair[1])
        if score >= _GOOD:
            used.add(token)
            total += score
    coverage = total / len(parts)
    if whole >= coverage:
        return whole, frozenset(tokens)
    return coverage - 4.0 * (len(parts) - len(used)), frozenset(used)


def _alike(token: str, part: str) -> float:
    """Two words: equal, one the beginning of the other, inside a compound, or with a slip of the finger."""
    if token == part:
        return 100.0
    if len(token) >= 2 and part.startswith(token):
        return 94.0 if len(token) >= 4 else 90.0
    if len(part) >= 5 and token.startswith(part):
        return 92.0
    if len(token) >= 6 and token in part:
        return 86.0
    score = float(fuzz.ratio(token, part))
    return score if len(token) > 3 else 0.0


def _together(
    release: Release,
    tokens: Sequence[str],
    areas: Sequence[tuple[_Term, float, frozenset[str]]],
    indicators: Sequence[tuple[_Term, float, frozenset[str]]],
) -> list[Hit]:
    """Indicators for areas, where different tokens mean each of them."""
    hits = []
    for area, area_score, area_tokens in areas[:3]:
        for indicator, score, indicator_tokens in indicators:
            own = indicator_tokens - area_tokens
            if not own or area_score < _SURE * 0.96:
                continue
            chosen = (area.id, *release.benchmarks(area.id))
            state = urlencode({"g": ",".join(chosen)})
            entry, level = release.indicators[indicator.id], release.area_of[area.id]["level"]
            known = level in entry["levels"]
            title = f"{said(entry['title'])} – {release.names[area.id]}"
            url = f"{reverse('indicator', args=[indicator.id])}?{state}"
            together = area_score + score - (0.0 if known else _UNKNOWN)
            span = _span(release, indicator.id, level)
            hits.append(Hit("indicator", title, span, url, together, entry.get("synthetic", False)))
    return hits


def _span(release: Release, indicator: str, level: str = "") -> str:
    """First and last year of an indicator, at a level if it is known there, for the line below its title."""
    levels = release.indicators[indicator]["levels"]
    spans = [levels[level]] if level in levels else levels.values()
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def _area_hit(release: Release, term: _Term, score: float) -> Hit:
    area = release.area_of[term.id]
    parent = release.names.get(area["parent"], "")
    return Hit("area", area["name"], parent, reverse("area", args=[area["slug"]]), score)


def _indicator_hit(release: Release, term: _Term, score: float) -> Hit:
    entry = release.indicators[term.id]
    url = reverse("indicator", args=[term.id])
    synthetic = entry.get("synthetic", False)
    return Hit("indicator", said(entry["title"]), _span(release, term.id), url, score, synthetic)


def _topic_hit(release: Release, term: _Term, score: float) -> Hit:
    topic = next(each for each in release.catalogue["topics"] if each["id"] == term.id)
    return Hit("topic", said(topic["title"]), _("Topic"), reverse("topic", args=[term.id]), score)
