"""What other ways to publish would cost: calculated in the restricted zone, for every register whose policy hides numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gemeinsinn.gate.alternatives import alternatives
from gemeinsinn.indicators.catalogue import read_catalogue
from gemeinsinn.lake.store import lake_of
from gemeinsinn.pipeline.disclosure import users_of
from gemeinsinn.pipeline.frames import frame_of
from gemeinsinn.pipeline.known import Known
from gemeinsinn.pipeline.questions import desks_on
from gemeinsinn.pipeline.register_statistics import questions_of
from gemeinsinn.protect.policy import read_policies
from gemeinsinn.releases.desk_reports import DeskReports
from gemeinsinn.settings.instance import Instance
from gemeinsinn.sources.declared import read_sources
from gemeinsinn.sources.registers.declared import read_registers


def alternatives_calculated(
    instance: Instance, *, at: Callable[[], datetime], tell: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Calculate them and keep them for the desk; how many ways there are."""
    catalogue, registers = read_catalogue(instance.catalogue), read_registers(instance.registers_file)
    policies, lake = read_policies(instance.policy_file), lake_of(instance)
    known = Known(lake, lake.manifests.latest(), read_sources(instance.sources_file))
    asked = [operand for operand in catalogue.asked.values() if operand.register in registers]
    frame = frame_of(instance.settings(), known)
    every = desks_on(instance, [registers[each.register] for each in asked], frame, policies)
    desks = {id: desk for id, desk in every.items() if desk.terms.tables is not None}
    told = []
    for number, (id, desk) in enumerate(desks.items()):

        def of_register(done: int, of: int, number: int = number) -> None:
            tell(number * of + done, len(desks) * of)

        questions = questions_of(asked, desk)
        ways = alternatives(desk, questions, tell=of_register) if questions else []
        told.append({"register": id, "users": users_of(catalogue, id), "ways": [each.document for each in ways]})
    DeskReports(instance.desk).write_alternatives({"at": at().isoformat(), "registers": told})
    return sum(len(each["ways"]) for each in told)
