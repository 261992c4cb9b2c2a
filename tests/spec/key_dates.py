"""How people are counted on a key date: each case is a rule in one sentence, a register that fits on a page, and answers.

Every case runs on every engine; the page "How we count on a key date" is generated from this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gemeinsinn.concepts.registers import Question


@dataclass(frozen=True)
class Case:
    """One rule: what it says, why, the register, and how many people there are when one asks."""

    rule: str
    why: str
    register: str
    answers: Mapping[str, int | str]
    """A day, with the step as known behind `known`, and the number of people; or cells in words."""
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        return self.rule.lower().replace(" ", "_").replace(",", "").replace("'", "")

    def questions(self) -> list[tuple[str, Question]]:
        """Each answer's name and the question that it answers."""
        return [(asked, self._question(asked)) for asked in self.answers]

    def _question(self, asked: str) -> Question:
        days, _, step = asked.partition(" known ")
        on = tuple(date.fromisoformat(day) for day in days.split(", "))
        return Question("residents", on, self.by, self.where, self.classes, int(step) if step else None)


VALIDITY = [
    Case(
        "The first day of a stay counts and the last day is the one before its end",
        "Intervals are half-open. Who moves out is counted for the last time on the day before the move takes effect.",
        """
        person | lives in | from       | until
        Anna   | Astadt   | 2015-03-01 | 2016-02-29
        """,
        {"2015-02-28": 0, "2015-03-01": 1, "2016-02-28": 1, "2016-02-29": 0},
    ),
    Case(
        "Who moves is counted in the new place from the day of the move on",
        "Nobody is counted twice or not at all, whichever day is asked for.",
        """
        person | lives in | from       | until
        Anna   | Astadt   | 2010-01-01 | 2020-12-31
        Anna   | Bedorf   | 2020-12-31 |
        """,
        {"2020-12-30": "Astadt 1", "2020-12-31": "Bedorf 1", "2030-01-01": "Bedorf 1"},
        by=("municipality",),
    ),
    Case(
        "A child counts from the day it is born",
        "The key date of the annual population is 31 December: a child of that day belongs to it.",
        """
        person | lives in | born       | from
        Ben    | Astadt   | 2019-12-31 | 2019-12-31
        """,
        {"2019-12-30": 0, "2019-12-31": 1},
    ),
    Case(
        "A stay that ended before its person was born never counted",
        "Deliveries say so when a birthday was mistyped. Nobody else becomes fewer by it.",
        """
        person | lives in | born       | from       | until
        Anna   | Astadt   | 2020-01-02 | 2019-12-31 | 2020-01-01
        Ben    | Astadt   | 2019-12-31 | 2019-12-31 |
        """,
        {
            "2019-12-30, 2019-12-31, 2020-01-01, 2020-01-02": "2019-12-31 Astadt 1; 2020-01-01 Astadt 1; "
            "2020-01-02 Astadt 1"
        },
        by=("municipality",),
    ),
    Case(
        "Who dies on the key date is not counted on it any more",
        "A death ends the stay on its day, as the update of the population does it.",
        """
        person | lives in | from       | until
        Carl   | Astadt   | 1950-01-01 | 2019-12-31
        """,
        {"2019-12-30": 1, "2019-12-31": 0},
    ),
    Case(
        "Who comes back is counted again and not in between",
        "A register keeps the number of a person; the gap stays a gap.",
        """
        person | lives in | from       | until
        Anna   | Astadt   | 2012-01-01 | 2014-07-01
        Anna   | Cedorf   | 2017-05-01 |
        """,
        {"2014-06-30": "Astadt 1", "2015-01-01": "", "2017-05-01": "Cedorf 1"},
        by=("municipality",),
    ),
    Case(
        "People without an end are counted on every later day",
        "What has no end yet is not unknown, it goes on.",
        """
        person | lives in | from
        Anna   | Astadt   | 1990-01-01
        """,
        {"1989-12-31": 0, "1990-01-01": 1, "2039-12-31": 1},
    ),
]

AGE = [
    Case(
        "Age is the number of birthdays up to and including the key date",
        "On 31 December it is the year less the year of birth, as in official statistics.",
        """
        person | lives in | born       | from
        Anna   | Astadt   | 2000-12-31 | 2000-12-31
        Ben    | Astadt   | 2001-01-01 | 2001-01-01
        """,
        {"2018-12-30": "17 2", "2018-12-31": "17 1, 18 1", "2019-01-01": "18 2"},
        by=("age",),
    ),
    Case(
        "Born on 29 February, a year older on 1 March in common years",
        "In leap years the birthday is the day itself.",
        """
        person | lives in | born       | from
        Lea    | Astadt   | 2004-02-29 | 2004-02-29
        """,
        {
            "2022-02-28": "17 1",
            "2022-03-01": "18 1",
            "2024-02-28": "19 1",
            "2024-02-29": "20 1",
            "2024-03-01": "20 1",
        },
        by=("age",),
    ),
    Case(
        "On 29 February those born on 1 March of a common year are not a year older yet",
        "Their birthday is the day after.",
        """
        person | lives in | born       | from
        Max    | Astadt   | 2001-03-01 | 2001-03-01
        Mia    | Astadt   | 2001-02-28 | 2001-02-28
        """,
        {"2024-02-29": "22 1, 23 1", "2024-03-01": "23 2"},
        by=("age",),
    ),
    Case(
        "People pass from one age class to the next on their birthday",
        "Also in the middle of a series of key dates.",
        """
        person | lives in | born       | from
        Ben    | Astadt   | 2012-06-15 | 2012-06-15
        Lea    | Astadt   | 2012-02-29 | 2012-02-29
        """,
        {
            "2015-02-28, 2015-03-01, 2015-06-14, 2015-06-15, 2018-06-15, 2022-06-15": (
                "2015-02-28 0-2 2; 2015-03-01 0-2 1, 3-5 1; 2015-06-14 0-2 1, 3-5 1; 2015-06-15 3-5 2; "
                "2018-06-15 6-9 2; 2022-06-15 10-14 2"
            )
        },
        by=("age_class",),
    ),
    Case(
        "Age classes may be chosen freely",
        "A planner of schools needs others than a planner of care.",
        """
        person | lives in | born       | from
        Anna   | Astadt   | 1943-05-01 | 1943-05-01
        Ben    | Astadt   | 2014-05-01 | 2014-05-01
        Cleo   | Astadt   | 2018-05-01 | 2018-05-01
        """,
        {"2024-12-31": "6-9 1, 10-17 1, 80+ 1"},
        by=("age_class",),
        classes=(0, 6, 10, 18, 80),
    ),
    Case(
        "A choice of ages keeps just these ages",
        "Both ends of a span belong to it.",
        """
        person | lives in | born       | from
        Anna   | Astadt   | 2009-12-31 | 2009-12-31
        Ben    | Astadt   | 2010-01-01 | 2010-01-01
        Cleo   | Astadt   | 1975-01-01 | 1975-01-01
        """,
        {"2024-01-01": 1, "2024-12-31": 2, "2025-01-01": 2},
        where={"age": ("15-49",)},
    ),
    Case(
        "Nobody is counted before the day of birth",
        "A stay that a system begins too early does not make anybody younger than zero.",
        """
        person | lives in | born       | from
        Ben    | Astadt   | 2020-05-10 | 2020-05-01
        """,
        {"2020-05-09": 0, "2020-05-10": 1},
    ),
]

KNOWLEDGE = [
    Case(
        "A late report counts from its day on, but only for those who ask after it was known",
        "The same key date has two answers: as known then and as known now. Both can be had again at any time.",
        """
        person | lives in | from       | known from
        Anna   | Astadt   | 2019-11-20 | 5
        """,
        {"2019-12-31 known 4": 0, "2019-12-31 known 5": 1, "2019-12-31 known 99": 1},
    ),
    Case(
        "A correction changes what is known from then on, and not what was known before",
        "The old row is closed and stays; nothing is overwritten.",
        """
        person | lives in | from       | known from | known until
        Anna   | Astadt   | 2018-01-01 | 2          | 7
        Anna   | Bedorf   | 2018-01-01 | 7          |
        """,
        {"2018-12-31 known 6": "Astadt 1", "2018-12-31 known 7": "Bedorf 1"},
        by=("municipality",),
    ),
    Case(
        "A correction of a correction is one more correction",
        "Each state of knowledge can be asked for.",
        """
        person | lives in | from       | until      | known from | known until
        Anna   | Astadt   | 2018-01-01 |            | 2          | 7
        Anna   | Bedorf   | 2018-01-01 |            | 7          | 9
        Anna   | Astadt   | 2018-01-01 | 2018-03-01 | 9          |
        Anna   | Cedorf   | 2018-03-01 |            | 9          |
        """,
        {
            "2018-02-01, 2018-12-31 known 5": "2018-02-01 Astadt 1; 2018-12-31 Astadt 1",
            "2018-02-01, 2018-12-31 known 8": "2018-02-01 Bedorf 1; 2018-12-31 Bedorf 1",
            "2018-02-01, 2018-12-31 known 9": "2018-02-01 Astadt 1; 2018-12-31 Cedorf 1",
        },
        by=("municipality",),
    ),
    Case(
        "What was withdrawn is not counted any more",
        "A move that was reported by mistake never took place.",
        """
        person | lives in | from       | known from | known until
        Anna   | Astadt   | 2018-01-01 | 2          | 4
        """,
        {"2018-12-31 known 3": 1, "2018-12-31 known 4": 0},
    ),
]

DIMENSIONS = [
    Case(
        "Larger areas count the people of their municipalities",
        "An Amt is counted on its own, from its people; it is no sum of numbers that were made less exact before.",
        """
        person | lives in | from
        Anna   | Astadt   | 2010-01-01
        Ben    | Bedorf   | 2010-01-01
        Cleo   | Cedorf   | 2010-01-01
        """,
        {"2020-01-01": "010015001 2"},
        by=("amt",),
    ),
    Case(
        "Codes are put together in groups, and each person is in one",
        "Sex and group of nationality can be asked for together.",
        """
        person | lives in | sex    | nationality | from
        Anna   | Astadt   | female | Polish      | 2010-01-01
        Ben    | Astadt   | male   | Turkish     | 2010-01-01
        Cleo   | Astadt   | female | German      | 2010-01-01
        Dina   | Astadt   | female | Turkish     | 2010-01-01
        """,
        {"2020-01-01": "male european 1, female german 1, female european 2"},
        by=("sex", "nationality_group"),
    ),
    Case(
        "A change of nationality or status moves people between groups, not between places",
        "They are counted once on every day.",
        """
        person | lives in | nationality | from       | until
        Anna   | Astadt   | Syrian      | 2015-09-01 | 2023-04-01
        Anna   | Astadt   | German      | 2023-04-01 |
        """,
        {"2023-03-31": "other 1", "2023-04-01": "german 1"},
        by=("nationality_group",),
    ),
]

CHAPTERS = {
    "Who is counted on a day": VALIDITY,
    "How old people are": AGE,
    "What was known when": KNOWLEDGE,
    "Areas and groups": DIMENSIONS,
}
CASES = [case for chapter in CHAPTERS.values() for case in chapter]
