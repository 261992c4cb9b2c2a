"""What `protect` refuses, and what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gemeinsinn.errors import DefinitionError
from gemeinsinn.protect.tables.hierarchies import flat
from gemeinsinn.protect.tables.model import product_table
from gemeinsinn.protect.tables.policy import TablePolicy
from gemeinsinn.protect.tables.protection import protect


def test_a_table_whose_sums_do_not_hold_is_refused_by_the_name_of_its_cells() -> None:
    """Planted fault: without the check the pattern is made for equations that are false."""
    model = product_table({"sex": flat(["m", "w"], name="sex")}, np.array([5.0, 1.0]))
    wrong = replace(model, values=np.array([7.0, 5.0, 1.0]))

    with pytest.raises(DefinitionError, match=r"1 sums of the table do not hold, the first one of the cells \(Total\)"):
        protect(wrong, TablePolicy())
