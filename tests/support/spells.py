"""What is believed of a person on a day after a step, in plain Python: slow, and made to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gemeinsinn.lake.restricted import kernel


@dataclass(frozen=True)
class Told:
    """An event as a delivery tells it; the state is all that it says of the person."""

    id: int
    step: int
    meaning: int
    day: int
    state: tuple[int, ...] = ()
    refers_to: int = 0
    sets: int = -1


def believed(events: Sequence[Told], *, day: int, step: int) -> tuple[int, ...] | None:
    """The state of the person on the day, as believed after the step; None if nobody is there."""
    known = [event for event in events if event.step <= step]
    standing = []
    for place, event in enumerate(known):
        if event.meaning < kernel.CORRECTION:
            content = stands_for(event, known, ())
            if content is not None:
                standing.append((content.day, place, event, content))
    standing.sort(key=lambda each: each[:2])
    state: tuple[int, ...] | None = None
    for number, (since, _, event, content) in enumerate(standing):
        if since > day:
            break
        if event.meaning == kernel.DEATH:
            return None
        if event.meaning == kernel.END:
            state = None
        elif event.meaning == kernel.START or number == 0:
            state = content.state
        elif state is not None:
            state = tuple(
                new if sets(event, content, place) else old
                for place, (old, new) in enumerate(zip(state, content.state, strict=True))
            )
    return state


def sets(event: Told, content: Told, attribute: int) -> bool:
    """A change sets the attributes of its kind, and those in which its correction differs from it."""
    return bool(event.sets >> attribute & 1) or content.state[attribute] != event.state[attribute]


def stands_for(event: Told, known: Sequence[Told], on_the_way: tuple[int, ...]) -> Told | None:
    """Whose content stands for an event: that of the last correction in force; None if it is cancelled."""
    content: Told | None = event
    for other in known:
        names_it = other.meaning >= kernel.CORRECTION and other.refers_to == event.id and other.id != event.id
        if names_it and other.id not in on_the_way:
            said = stands_for(other, known, (*on_the_way, event.id))
            if said is not None:
                content = None if other.meaning == kernel.CANCELLATION else said
    return content
