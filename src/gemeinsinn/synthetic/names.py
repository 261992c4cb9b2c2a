"""Names of people and streets, put together from syllables that no real name has; no list of real people is used."""

from __future__ import annotations

from functools import cache
from itertools import product

import polars as pl

from gemeinsinn.synthetic.arrays import Array


_STEMS = (
    "Blum", "Brim", "Dröm", "Dull", "Fims", "Flonk", "Gnarp", "Grömm", "Hump", "Jäzz", "Klump", "Knorf", "Kwall", "Lump",
    "Mompf", "Murp", "Nölp", "Nurx", "Plömm", "Pralf", "Quamp", "Quirl", "Rump", "Schlorp", "Schnurz", "Sprotz", "Strömf",
    "Trulb", "Tüff", "Ulmf", "Wabb", "Wimp", "Xant", "Zarf", "Zwömp", "Zonk",
)  # fmt: skip
_LINKS = ("", "a", "e", "el", "er", "i", "in", "o", "u", "ü")
_ENDS = ("balk", "bitz", "drax", "fump", "gax", "holm", "kwist", "lax", "mosk", "nöps", "quax", "rix", "ßel", "tramp", "worz", "zubel")  # fmt: skip
_GIVEN_STEMS = ("Al", "Be", "Da", "El", "Fi", "Ga", "Hö", "Ji", "Ka", "Lu", "Mü", "Ni", "Or", "Pe", "Qui", "Ro", "Sa", "Tä", "Vi", "Yo")  # fmt: skip
_GIVEN_LINKS = ("bru", "dri", "flo", "gli", "kwe", "lmo", "nki", "pra", "rzu", "xi")
_GIVEN_ENDS = {1: ("bert", "don", "lix", "mar", "nik", "rox"), 2: ("bine", "da", "lixa", "mira", "nika", "roxe"), 3: ("m", "s", "lo", "ni", "ru", "xo")}  # fmt: skip
_STREET_STEMS = (
    "Flunder", "Gurken", "Hummel", "Knödel", "Krempel", "Mümmel", "Murmel", "Nebelkrähen", "Pantoffel", "Plauder", "Quarkbeutel",
    "Quassel", "Rumpel", "Schlummer", "Schnörkel", "Stoppel", "Trödel", "Wackel", "Wimmel", "Zipfel", "Zottel", "Zwirbel",
)  # fmt: skip
_STREET_ENDS = ("allee", "chaussee", "gang", "gasse", "kehre", "pfad", "ring", "stieg", "straße", "twiete", "weg", "winkel")  # fmt: skip
SURNAMES = len(_STEMS) * len(_LINKS) * len(_ENDS)
GIVEN_NAMES = len(_GIVEN_STEMS) * len(_GIVEN_LINKS) * len(_GIVEN_ENDS[1])
STREETS = len(_STREET_STEMS) * len(_STREET_ENDS)


@cache
def surnames() -> pl.Series:
    """All family names; a person's is kept as a place in this series."""
    return pl.Series("familienname", ["".join(parts) for parts in product(_STEMS, _LINKS, _ENDS)])


@cache
def given_names() -> pl.Series:
    """All given names: those for men, for women, and those for both, one after the other."""
    return pl.Series(
        "vornamen",
        ["".join(parts) for ends in _GIVEN_ENDS.values() for parts in product(_GIVEN_STEMS, _GIVEN_LINKS, ends)],
    )


@cache
def streets() -> pl.Series:
    """All names of streets."""
    return pl.Series("strasse", ["".join(parts) for parts in product(_STREET_STEMS, _STREET_ENDS)])


def taken(names: pl.Series, places: Array) -> pl.Series:
    """The names at some places."""
    return names.gather(pl.Series(places.astype("uint32")))
