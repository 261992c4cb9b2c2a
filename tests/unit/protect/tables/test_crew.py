"""Parts of a table are solved alike by threads and by processes, and nothing is lost with a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gemeinsinn.protect.tables import decomposition
from gemeinsinn.protect.tables.crew import Crew
from gemeinsinn.protect.tables.linear import UnfinishedError
from gemeinsinn.protect.tables.parts import Part, Terms
from gemeinsinn.protect.tables.policy import Attacker, TablePolicy, Zeros
from gemeinsinn.protect.tables.problem import problem_of
from gemeinsinn.protect.tables.protection import needs_of, protect
from gemeinsinn.protect.tables.rules import primary_cells
from support.trial_tables import KREIS, MINI, trial_table


ATTACKERS = (Attacker.OUTSIDER, Attacker.INSIDER)


@pytest.fixture(scope="module")
def part() -> Part:
    """A whole small table as one part."""
    model, policy = trial_table(MINI), TablePolicy(zeros=Zeros.NAIVE, attackers=ATTACKERS)
    primary = primary_cells(model, policy).mask
    problem = problem_of(model, policy, primary, needs_of(model, policy, primary))
    nothing = np.zeros(problem.size, dtype=np.bool_)
    return Part(problem, problem.given, nothing, nothing, is_family=True, terms=Terms(ATTACKERS), number=1)


@pytest.fixture
def crew() -> Iterator[Crew]:
    with Crew(2, apart=True) as found:
        yield found


def processes(crew: Crew) -> list[subprocess.Popen[bytes]]:
    return [each._process for each in crew._helpers if each._process is not None]


def test_a_process_solves_a_part_as_a_thread_does(part: Part, crew: Crew) -> None:
    hidden, left = crew.solved(part)

    assert len(processes(crew)) == 1
    expected, expected_left = part.solved()
    assert hidden.tolist() == expected.tolist()
    assert left.tolist() == expected_left.tolist()
    assert hidden.sum() > part.problem.given.sum()


def test_parts_of_a_process_that_was_killed_are_solved_by_the_others_and_here(part: Part, crew: Crew) -> None:
    """Planted fault: without a look at the pipe's end the answer of nobody is waited for, or taken."""
    expected = part.solved()[0].tolist()
    list(crew.map(crew.solved, [part, part]))
    for process in processes(crew):
        os.kill(process.pid, signal.SIGKILL)

    found = list(crew.map(crew.solved, [part] * 3))

    assert [hidden.tolist() for hidden, _ in found] == [expected] * 3


def test_what_fails_in_a_process_fails_here_with_its_words(part: Part, crew: Crew) -> None:
    """Planted fault: an answer without a pattern is taken for one that hides nothing."""
    impossible = replace(part, problem=replace(part.problem, lowest=np.full(part.problem.size, np.nan)))

    with pytest.raises(UnfinishedError, match="was not solved"):
        crew.solved(impossible)

    (process,) = processes(crew)
    assert process.poll() is None
    assert crew.solved(part)[0].any()


def test_a_table_has_the_same_pattern_whoever_solves_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail with what numpy says of a part, and no text can hold."""
    model, policy = trial_table(KREIS), TablePolicy(zeros=Zeros.NAIVE)
    by_threads = protect(model, policy).pattern
    monkeypatch.setattr(decomposition, "_MANY", 0)

    by_processes = protect(model, policy).pattern

    assert by_processes.tolist() == by_threads.tolist()


def test_processes_end_with_their_crew(part: Part) -> None:
    with Crew(2, apart=True) as crew:
        crew.solved(part)
        (process,) = processes(crew)
        assert process.poll() is None

    assert process.poll() is not None


def test_processes_end_with_the_one_that_started_them() -> None:
    """Planted fault: a process that keeps a writing end of its own pipe never sees its end."""
    code = (
        "import os\n"
        "from gemeinsinn.protect.tables.crew import _started\n"
        "print(_started().pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)

    assert ended(int(done.stdout))


def ended(pid: int, *, seconds: int = 20) -> bool:
    """Whether a process comes to its end in time; one that nobody waited for has ended as well."""
    for _ in range(seconds * 10):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False
