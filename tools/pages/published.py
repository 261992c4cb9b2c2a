"""What a release holds: `release.md` and `statuses.md`."""

from __future__ import annotations

from gemeinsinn.concepts.observations import ALL_STATUSES, SIGN_OF_STATUS, STATUS_OF_SIGN, WITH_VALUE, ObsStatus
from gemeinsinn.releases.wording import patterns
from pages.meanings import meanings
from pages.source import attributes_used, docstring, members, module
from pages.text import block, code, codes, page, sentences, table


FOLDER = """
releases/
├── current.json                        the only file that ever changes
└── <hash>/                             the SHA-256 of manifest.json; never changes
    ├── manifest.json
    ├── catalogue.json
    ├── areas.json
    ├── geo/<date>/<level>.topo.json
    ├── ind/<id>.json, .csv, .parquet
    ├── bundle/<area>.json
    ├── sentences/<language>.json
    ├── revisions.json
    └── disclosure.json
"""


def release_page() -> str:
    """The page of a release's files."""
    parts = [
        "A release is a folder of files. Its name is the SHA-256 of its manifest, and the manifest holds the SHA-256 of "
        "every other file. JSON and CSV also lie beside themselves as `.br` and `.gz`. On the portal the folder is reached "
        "at `/r/<hash>/`, and the pointer at `/r/current.json`.",
        block(FOLDER),
        sentences(docstring(module("releases.compile"))).split("\n\n")[-1],
    ]
    for name, fields in meanings("release").items():
        parts.append(f"## {name}")
        if name.endswith(".csv"):
            parts.append("Comma, decimal point, UTF-8. The `.parquet` beside it has the same columns.")
        rows = [(code(field), says) for field, says in fields.items()]
        parts.append(rows[0][1] + "." if "" in fields else table(("field", "meaning"), rows))
    return page("A release", *parts)


def statuses_page() -> str:
    """The page of statuses."""
    german, english = patterns("de"), patterns("en")
    says = {getattr(ObsStatus, each.name): each.says for each in members("concepts.observations", "ObsStatus")}
    with_value = [(code(status), says[status]) for status in ALL_STATUSES if status in WITH_VALUE]
    without = [
        (
            ALL_STATUSES.index(status),
            code(status),
            says[status],
            code(SIGN_OF_STATUS.get(status, "")),
            code(german[f"sign.{status}"]),
            german[f"reason.{status}"],
            english[f"reason.{status}"],
        )
        for status in ALL_STATUSES
        if status not in WITH_VALUE
    ]
    return page(
        "Statuses",
        "Every cell of a release has one status of this closed list. A number stands only with one of the first four; every "
        "other status stands for a reason why there is none. Files of a release store the place of the status in the list, "
        "counted from 0. [Missing numbers](../explanation/missing-numbers.md) tells more.",
        "## With a number",
        table(("status", "meaning"), with_value),
        "## Without a number",
        table(
            ("place", "status", "meaning", "sign of the source", "shown as", "said in German", "said in English"),
            without,
        ),
        f"Nothing in this version leads to {codes(_unused())}; they stand in the list so that files keep their form.",
    )


def _unused() -> list[ObsStatus]:
    """The statuses that no room sets and no source marks."""
    named = attributes_used("ObsStatus", but_not="concepts.observations")
    marked = {*STATUS_OF_SIGN.values(), *WITH_VALUE}
    return [status for status in ALL_STATUSES if status not in marked and status.name not in named]
