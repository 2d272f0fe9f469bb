"""Greenlets log like threads: none waits for ever, whenever the standard library was patched."""

from pathlib import Path
from textwrap import dedent

import pytest
from record.journals import members, reader
from record.program import run

PATCH = """
    from gevent import monkey
    monkey.patch_all()
"""
IMPORT = """
    from telemetry_events import BatchProgressEvent, flush_telemetry, setup_telemetry
    from telemetry_events import telemetry_context, telemetry_logger
"""
PROGRAM = """
    import sys
    import gevent
    from gevent.threadpool import ThreadPool

    def green(number):
        with telemetry_context(task_id=str(number)):
            for _ in range(3):
                telemetry_logger.info(BatchProgressEvent("green", number))
                gevent.sleep(0)

    def native(number):
        for _ in range(200):
            telemetry_logger.info(BatchProgressEvent("native", number))

    setup_telemetry(directory=sys.argv[1])
    pool = ThreadPool(4)
    jobs = [pool.spawn(native, number) for number in range(4)]
    greenlets = [gevent.spawn(green, number) for number in range(1000)]
    with gevent.Timeout(30, False):
        gevent.joinall(greenlets)
        gevent.wait(jobs)
    print(*[sum(each.successful() for each in group) for group in (greenlets, jobs)], flush_telemetry())
"""


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("attempt", range(3))
def test_greenlets_and_threads(order: str, attempt: int, tmp_path: Path) -> None:
    """A thousand greenlets and native threads log at once: all end, and so does the process."""
    steps = [PATCH, IMPORT] if order == "before" else [IMPORT, PATCH]
    output, errors = run("".join(dedent(step) for step in [*steps, PROGRAM]), tmp_path, options=())

    records = [members(line) for line in reader(tmp_path)()]
    assert (output, errors) == ("1000 4 True\n", ""), attempt
    assert sorted(record["seq"] for record in records) == list(range(1, 3801))
    green = [record for record in records if record["protocol_name"] == "green"]
    assert len(green) == 3000
    assert all(record["task_id"] == str(record["batch_number"]) for record in green)
