"""The Collector reads what we write: every line once at least, whole, whatever happens to it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from conftest import ROOT
from integration.collector import otelcol, running
from integration.producing import DEADLINE, await_all, lines, produce, written
from integration.tally import compare
from journal.reading import read
from otlp.receiver import receiving
from record.journals import restored

from telemetry_events import JournalHandler, telemetry_logger


def test_the_configuration_is_valid() -> None:
    """The Collector finds nothing wrong with the configuration as it is."""
    command = [otelcol(), "validate", "--config=deploy/otel-collector.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_no_line_is_lost_or_split_under_rotation(tmp_path: Path) -> None:
    """Of three processes with small segments, each line arrives once, with every byte that it has."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
        producers = [produce(collector.journals, 4, 2500, 64) for _ in range(3)]
        identities = written(producers)
        await_all(receiver, identities, collector)
    tally = compare("rotation", collector.journals, lines(receiver.records))

    assert len(list(collector.journals.glob("*/*.jsonl"))) > 100
    assert (tally.written, tally.read, tally.lost, tally.again) == (30_000, 30_000, 0, 0)


def test_the_longest_line_arrives_whole(tmp_path: Path) -> None:
    """A line of almost 900 000 bytes, the most that there is, arrives as one record."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector, restored():
        journal = JournalHandler(service="worker", directory=collector.journals)
        telemetry_logger.handlers = [journal]
        telemetry_logger.info("x" * 899_500)
        journal.close()
        assert receiver.wait_for(bool, DEADLINE), collector.said()
    (line,) = lines(receiver.records)

    assert [line] == [each.raw.decode().removesuffix("\n") for each in read(collector.journals).lines]
    assert 899_600 < len(line) < 900_000


def test_nothing_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    """Killed three times while it reads, and started again, it has sent every line at least once."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
        producers = [produce(collector.journals, 2, 5000, 256) for _ in range(2)]
        for share in (1, 2, 3):
            assert receiver.wait_for(lambda found, least=share * 3000: len(found) > least, DEADLINE)
            collector.kill()
            collector.start()
        identities = written(producers)
        await_all(receiver, identities, collector)
    tally = compare("killed three times", collector.journals, lines(receiver.records))

    assert (tally.written, tally.read, tally.lost) == (20_000, 20_000, 0)


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Stopped and started again, it sends what was written meanwhile, and nothing that it has sent."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
        identities = written([produce(collector.journals, 2, 500, 64)])
        await_all(receiver, identities, collector)
        collector.stop()
        identities |= written([produce(collector.journals, 2, 500, 64)])
        collector.start()
        await_all(receiver, identities, collector)
    tally = compare("stopped", collector.journals, lines(receiver.records))

    assert (tally.written, tally.read, tally.lost, tally.again) == (2000, 2000, 0, 0)


def test_nothing_is_lost_while_nobody_takes_it(tmp_path: Path) -> None:
    """Killed while 503 is all that is answered, and started again, it has sent every line at least once."""
    with receiving() as receiver:
        receiver.answer = lambda _: 503
        with running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
            identities = written([produce(collector.journals, 4, 1000, 64)])
            with receiver.changed:
                assert receiver.changed.wait_for(lambda: receiver.requests > 3, DEADLINE)
            collector.kill()
            collector.start()
            receiver.answer = lambda _: 200
            await_all(receiver, identities, collector)
    tally = compare("killed while 503 is answered", collector.journals, lines(receiver.records))

    assert (tally.written, tally.read, tally.lost) == (4000, 4000, 0)


def test_the_end_of_a_torn_segment_is_no_record(tmp_path: Path) -> None:
    """What stands behind the last line feed is not sent; what another segment holds is."""
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
        identities = written([produce(collector.journals, 1, 30, 1)])
        *_, last = sorted(collector.journals.glob("*/*.jsonl"))
        line = last.read_bytes().splitlines()[-1].replace(b'"seq":30,', b'"seq":31,')
        last.with_name("99999999.jsonl").write_bytes(line)
        await_all(receiver, identities, collector)
        # It has been there for longer than a poll takes, and than the half second of the Collector's own.
        assert not receiver.wait_for(lambda found: len(found) > 30, 2)

    assert {record.identity for record in receiver.records} == identities


def test_segments_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    """Segments whose first lines are the same for 6000 bytes, up to their number, are all read."""
    folder = tmp_path / "journals" / "worker-1-20261123T100000Z-aaaaaaaaaaaaaaaa"
    folder.mkdir(parents=True)
    for seq in range(1, 21):
        record: dict[str, Any] = {
            "ddsource": "worker",
            "ddtags": "t:" + "x" * 6000,
            "emitter": "a" * 16,
            "hostname": "pod-7",
            "message": "hello",
            "seq": seq,
            "service": "worker",
            "status": "info",
            "timestamp": "2026-11-23T10:00:00.123Z",
        }
        line = json.dumps(record, separators=(",", ":")) + "\n"
        (folder / f"{seq:08d}.jsonl").write_text(line)
    with receiving() as receiver, running(tmp_path, {}, OTLP_ENDPOINT=receiver.url) as collector:
        await_all(receiver, {("a" * 16, seq) for seq in range(1, 21)}, collector)

    assert len(read(tmp_path / "journals").lines) == len(receiver.records) == 20
