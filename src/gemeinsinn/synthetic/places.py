"""How the systems call municipalities: the register by official key, the others by numbers and names of their own."""

from __future__ import annotations

from gemeinsinn.synthetic.calibration import Municipality


_OWN_NUMBER_TIMES, _OWN_NUMBER_PLUS = 37, 20_011
_SHORT = (("Klein ", "Kl. "), ("Groß ", "Gr. "))
_OLD = (("Hörnerkirchen", "Hoernerkirchen"), ("ö", "oe"), ("ü", "ue"), ("ä", "ae"), ("ß", "ss"))


def own_number(municipality: Municipality) -> str:
    """The five digits under which the benefits system knows a municipality."""
    return str(_OWN_NUMBER_PLUS + _OWN_NUMBER_TIMES * int(municipality.key[-3:]))


def short_key(municipality: Municipality) -> str:
    """The key as the care system keeps it: a number, so that the leading zero is lost."""
    return str(int(municipality.key))


def own_names(municipality: Municipality) -> tuple[str, ...]:
    """The names under which youth welfare writes a municipality; the first one is the most frequent."""
    name = municipality.name
    first = f"{name}, Stadt" if municipality.is_town else f"Gem. {name}"
    with_amt = f"{name} ({municipality.amt})" if municipality.amt else name
    short, old = name, name
    for long, abbreviated in _SHORT:
        short = short.replace(long, abbreviated)
    for new, before in _OLD:
        old = old.replace(new, before)
    return tuple(dict.fromkeys([first, name, with_amt, short, old]))


def variant(municipality: Municipality, luck: float) -> str:
    """One of the names of a municipality; luck between 0 and 1 decides which."""
    names = own_names(municipality)
    return names[min(int(max(luck - 0.5, 0.0) * 2 * len(names)), len(names) - 1)]
