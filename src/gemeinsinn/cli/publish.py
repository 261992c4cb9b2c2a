"""`gemeinsinn publish`: compile a release and make it the current one, or show what it would change."""

from __future__ import annotations

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, progress, say
from gemeinsinn.pipeline.publish import Publication, published


@click.command("publish")
@click.option("--preview", is_flag=True, help="Show the difference to the current release and publish nothing.")
@instance_option
@json_option
def command(preview: bool, instance_dir: str | None, as_json: bool) -> None:
    """Compile a release from the lake and the catalogue as they are, and make it the current one.

    Every definition is checked first; the gate has to let every number out. If nothing changed, nothing is published.
    """
    instance = chosen_instance(instance_dir)
    with progress(quiet=as_json) as step:
        publication = published(instance, at=now, preview=preview, journal=step)
    if as_json:
        print_json(publication_json(publication))
    else:
        print_publication(publication, preview=preview)


def publication_json(publication: Publication) -> dict[str, object]:
    """A publication as the command line's contract has it, with what was left out and why."""
    return {
        "release": publication.release,
        "previous": publication.previous,
        "changes": publication.changes.counts,
        "published": publication.published,
        "definitions": dict(publication.definitions),
        "territory": dict(publication.territory),
        "waiting": {indicator: list(tables) for indicator, tables in publication.waiting.items()},
        "disclosure": [
            {"source": passage.source, "policy": passage.policy, "method": passage.method, "marks": dict(passage.marks)}
            for passage in publication.passages
        ],
    }


def print_publication(publication: Publication, *, preview: bool) -> None:
    """The difference in words."""
    counts = publication.changes.counts
    words = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    for indicator, (before, now_) in publication.definitions.items():
        say(f"{indicator}: definition {before} -> {now_}")
    for row in publication.changes.revised[:20]:
        say("revised: {} {} {}: {} -> {}".format(*row))
    if len(publication.changes.revised) > 20:
        say(f"… and {len(publication.changes.revised) - 20} more; all stand in revisions.json.")
    for row in [*publication.changes.vanished[:20], *publication.changes.hidden[:20]]:
        say("no longer: {} {} {}: {} -> {}".format(*row))
    for indicator, tables in publication.waiting.items():
        say(f"{indicator} waits for numbers of: {', '.join(tables)}")
    if preview:
        say(f"Preview: {words}. Nothing was published.")
    elif publication.published:
        say(f"Published {publication.release[:12]}: {words}.")
    else:
        say(f"Nothing changed; {publication.release[:12]} stays current.")
