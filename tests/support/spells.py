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
    state: tuple[int, ...] | None = None
    for number, (since, _, event, content) in enumerate(time_line([each for each in events if each.step <= step])):
        if since > day:
            break
        if event.meaning == kernel.DEATH:
            return None
        if event.meaning == kernel.END:
            state = None
        elif event.meaning == kernel.START or number == 0:
            state = content.state
        elif state is not None:
            state = changed(state, event, content)
    return state


def time_line(known: Sequence[Told]) -> list[tuple[int, int, Told, Told]]:
    """The standing events in the order of their days, those of one day as they were known."""
    standing = []
    for place, event in enumerate(known):
        content = stands_for(event, known, ()) if event.meaning < kernel.CORRECTION else None
        if content is not None:
            standing.append((content.day, place, event, content))
    return sorted(standing, key=lambda each: each[:2])


def changed(state: tuple[int, ...], event: Told, content: Told) -> tuple[int, ...]:
    """The state after a change."""
    pairs = enumerate(zip(state, content.state, strict=True))
    return tuple(new if sets(event, content, place) else old for place, (old, new) in pairs)


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
