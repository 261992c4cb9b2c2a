"""`gemeinsinn releases`: list releases, or go back to an earlier one."""

from __future__ import annotations

import click

from gemeinsinn.cli.shared import chosen_instance, instance_option, json_option, now, print_json, print_table, say
from gemeinsinn.pipeline.publish import store_of


@click.command("releases")
@click.option("--roll-back", "hash", default="", metavar="H", help="Make an earlier release the current one.")
@click.option("--reason", default="", help="Why; is logged with a roll-back.")
@instance_option
@json_option
def command(hash: str, reason: str, instance_dir: str | None, as_json: bool) -> None:
    """List the releases of an instance, newest first; every one of them stays readable."""
    store = store_of(chosen_instance(instance_dir))
    if hash:
        if not reason.strip():
            raise click.UsageError("a roll-back needs --reason: it is logged.")
        release = store.found(hash)
        store.check(release)
        store.point_to(release, at=now(), action="roll-back", reason=reason.strip())
    current = store.current()
    rows = sorted(((store.published_at(release), release) for release in store.hashes()), reverse=True)
    listing = [
        {
            "release": release,
            "published_at": at,
            "current": release == current,
            "previous": store.manifest(release)["previous"],
            "lake_commit": store.manifest(release)["lake"]["commit"],
        }
        for at, release in rows
    ]
    if as_json:
        print_json({"current": current, "releases": listing})
        return
    head = ("release", "published", "", "lake commit")
    print_table(head, [
        (each["release"], each["published_at"][:19], "current" if each["current"] else "", each["lake_commit"])
        for each in listing
    ])  # fmt: skip
    if not listing:
        say("Nothing was published yet; `gemeinsinn publish` does.")
