"""Orders that are not possible."""

from __future__ import annotations

import pytest

from gemeinsinn.errors import UnknownNameError
from gemeinsinn.synthetic.options import Order


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"residents": 12}, "12 residents is not possible. Order 500 to 100,000,000."),
        ({"residents": 10**9}, "1,000,000,000 residents is not possible"),
        ({"first_year": 2016, "last_year": 2015}, "from 2016 to 2015 is not possible"),
        ({"first_year": 1990}, "Order years from 2009 to 2060, the first one first."),
        ({"seed": -1}, "-1 is no seed."),
    ],
)
def test_an_impossible_order_is_refused(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        Order(**wrong)
