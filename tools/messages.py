"""Brings the message catalogues up to date: collects every text of templates and code, keeps the translations.

`python tools/messages.py` writes the .po files; `--check` only says what is missing, and fails if anything is.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize


SOURCE = Path(__file__).parents[1] / "src" / "gemeinsinn"
LOCALE = SOURCE / "locale"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "gettext_noop": None, "pgettext": ((1, "c"), 2), "_": None, "N_": None,
}  # fmt: skip
RELEASES, ATTACKS = "releases/wording.py", "protect/tables/words.py"
"""Patterns of sentences: what a release says, and what the gate says of an attack."""
COMPLETE = ("de",)
"""Languages in which every text must be translated; English is the text itself, plain German falls back to German."""


def main() -> int:
    """Update or check; the exit code."""
    settings.configure(USE_I18N=True)
    wanted = {
        "django": dict(_portal_messages()),
        "gemeinsinn": dict(_messages_of(RELEASES)),
        "disclosure": dict(_messages_of(ATTACKS)),
    }
    missing = 0
    for domain, messages in wanted.items():
        for language in sorted(path.name for path in LOCALE.iterdir() if path.is_dir()):
            path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
            if language not in COMPLETE and not path.exists():
                continue
            missing += _brought_up_to_date(
                path, messages, complete=language in COMPLETE, write="--check" not in sys.argv
            )
    return 1 if missing and "--check" in sys.argv else 0


def _portal_messages() -> Iterator[tuple[tuple[str, str], str]]:
    for path in sorted((SOURCE / "portal").rglob("*.html")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _messages(code.encode("utf-8"), str(path.relative_to(SOURCE)))
    for path in sorted((SOURCE / "portal").rglob("*.py")):
        yield from _messages(path.read_bytes(), str(path.relative_to(SOURCE)))


def _messages_of(name: str) -> Iterator[tuple[tuple[str, str], str]]:
    yield from _messages((SOURCE / name).read_bytes(), name)


def _messages(code: bytes, place: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Singular and plural of every text, and where it stands."""
    for _, function, texts, _ in extract_python(io.BytesIO(code), KEYWORDS, [], {"encoding": "utf-8"}):
        several = texts if isinstance(texts, tuple) else (texts,)
        if function == "ngettext":
            yield (several[0], several[1]), place
        elif several[0]:
            yield (several[0], ""), place


def _brought_up_to_date(path: Path, messages: dict[tuple[str, str], str], *, complete: bool, write: bool) -> int:
    """Add new texts, drop unused ones; how many are not translated."""
    catalogue = polib.pofile(str(path), wrapwidth=110) if path.exists() else _new(path.parent.parent.name)
    known = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    for key, place in messages.items():
        if key not in known and complete:
            entry = polib.POEntry(msgid=key[0], msgid_plural=key[1], comment=place)
            if key[1]:
                entry.msgstr_plural = {0: "", 1: ""}
            catalogue.append(entry)
    for key, entry in known.items():
        if key not in messages:
            catalogue.remove(entry)
            print(f"{path.parent.parent.name}: no longer used: {entry.msgid!r}")
    open_texts = [entry.msgid for entry in catalogue if not entry.translated()]
    wrong = [
        entry.msgid
        for entry in catalogue
        if entry.translated()
        and _slots(entry.msgid + entry.msgid_plural) != _slots(entry.msgstr or "".join(entry.msgstr_plural.values()))
    ]
    for text in open_texts:
        print(f"{path.parent.parent.name}/{path.stem}: not translated: {text!r}")
    for text in wrong:
        print(f"{path.parent.parent.name}/{path.stem}: other slots in the translation of {text!r}")
    if write:
        catalogue.sort(key=lambda entry: entry.msgid)
        catalogue.save(str(path))
    return len(open_texts) + len(wrong)


def _slots(text: str) -> set[str]:
    """The named slots of a text, of either form."""
    return set(re.findall(r"%\(\w+\)s|\{\w+\}", text))


def _new(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


if __name__ == "__main__":
    sys.exit(main())
