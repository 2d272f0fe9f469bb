"""Programs that log and deliver are killed at any moment, again and again (F01)."""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import sleep

import pytest
from faults.heirs import finish, folders
from faults.judge import Verdict, judge, noted
from faults.oracle import Oracle
from faults.processes import eventually, kill, run, said, start
from faults.scale import times

KILLS = times(2, 200)


@pytest.mark.parametrize("threads", [1, 8, 64])
def test_a_killed_program_loses_no_record(
    tmp_path: Path, threads: int, tally: Callable[[str, int], None]
) -> None:
    """What was accepted before a kill was delivered, or is delivered by whoever comes next."""
    moments = Random(threads)  # noqa: S311 (no secret hangs on it)
    total, under_way = Verdict(), 0
    for number in range(KILLS):
        directory, notes = tmp_path / str(number), tmp_path / f"{number}.notes"
        with Oracle() as oracle:
            producer = start("producer.py", directory, notes, oracle.url, threads, 0)
            eventually(lambda: notes.exists() and notes.stat().st_size > 50_000)  # noqa: B023 (at once)
            sleep(moments.uniform(0, 0.15))  # a kill may come at any moment
            kill(producer)
            before = judge(noted(notes), oracle, directory, in_flight=threads).hold()
            under_way += before.waiting > 0
            total += finish(noted(notes), oracle, directory, in_flight=threads, crashes=1)
        shutil.rmtree(directory)
    assert total.accepted > 100 * KILLS
    assert under_way, "nobody had anything left to deliver"
    assert total.duplicates or KILLS < 100, "no kill came between an answer and its note"
    tally("kills", KILLS)
    for what in ("accepted", "lost", "duplicates"):
        found = getattr(total, what)
        tally(what, found if isinstance(found, int) else len(found))


def test_a_killed_shipper_loses_no_record(tmp_path: Path, tally: Callable[[str, int], None]) -> None:
    """What dead processes have left is delivered by one shipper after the other, each of which is killed."""
    kills = times(4, 200)
    moments = Random(1)  # noqa: S311 (no secret hangs on it)
    notes, interrupted = [], 0
    directory = tmp_path / "journals"
    with Oracle() as oracle:
        for number in range(kills):
            if not number or len(folders(directory)) < 2:
                notes.append(tmp_path / f"{number}.notes")
                run("producer.py", directory, notes[-1], oracle.url, 2, 4000, "none")
            shipper = start("shipper.py", directory, oracle.url)
            said(shipper)
            sleep(moments.uniform(0, 0.2))  # a kill may come at any moment
            kill(shipper)
            interrupted += bool(folders(directory))
        verdict = finish(noted(*notes), oracle, directory, crashes=kills)
    assert interrupted
    assert verdict.delivered == verdict.accepted
    assert verdict.duplicates or kills < 100, "no kill came between an answer and its note"
    tally("kills", kills)
    tally("accepted", verdict.accepted)
    tally("duplicates", verdict.duplicates)
