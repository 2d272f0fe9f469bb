"""The systemd unit starts, delivers, ends and comes back as it should, and can do nothing else."""

from pathlib import Path

from deploy.examples import DEPLOY, JOURNALS, UNIT, settings

from telemetry_events.cli import ship

# What a service is kept from by a setting that is `yes`.
CLOSED = [
    "LockPersonality",
    "MemoryDenyWriteExecute",
    "NoNewPrivileges",
    "PrivateDevices",
    "PrivateTmp",
    "ProtectClock",
    "ProtectControlGroups",
    "ProtectHome",
    "ProtectHostname",
    "ProtectKernelLogs",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "RemoveIPC",
    "RestrictNamespaces",
    "RestrictRealtime",
    "RestrictSUIDSGID",
]
# Seconds that the command takes to end, at the most: docs/command-line.md says four, and a request's end.
ENDS = 10


def test_it_is_started_and_started_again() -> None:
    """The unit starts with the machine, and again ten seconds after each end, however often that is."""
    unit = settings(UNIT)

    assert unit["WantedBy"] == ["multi-user.target"]
    assert (unit["RestartSec"], unit["StartLimitIntervalSec"]) == (["10"], ["0"])


def test_it_may_end_in_order() -> None:
    """It is told to end by SIGTERM, and has the time that this takes."""
    unit = settings(UNIT)

    assert not {"KillSignal", "RestartKillSignal", "KillMode", "SendSIGKILL"} & unit.keys()
    assert int(unit["TimeoutStopSec"][0]) >= ENDS


def test_it_reaches_the_intake() -> None:
    """It has the network, of both kinds, as it has nothing to send by without."""
    unit = settings(UNIT)

    assert {"AF_INET", "AF_INET6"} <= set(unit["RestrictAddressFamilies"][0].split())
    assert not {"PrivateNetwork", "IPAddressDeny"} & unit.keys()


def test_it_has_a_descriptor_for_each_folder() -> None:
    """It may open as many files as the command asks for."""
    assert int(settings(UNIT)["LimitNOFILE"][0]) == ship.MOST_FOLDERS + ship.SPARE


def test_its_directory_is_its_own() -> None:
    """The journals' directory is made by systemd, and closed to all others, as what it makes there is."""
    unit = settings(UNIT)

    assert [f"/var/lib/{unit['StateDirectory'][0]}"] == unit["ReadWritePaths"] == [JOURNALS]
    assert (unit["StateDirectoryMode"], unit["UMask"]) == (["0700"], ["0077"])


def test_the_page_puts_the_key_where_it_is_read() -> None:
    """The page installs key and command where the unit has them."""
    page = (DEPLOY / "README.md").read_text("utf-8")
    unit = settings(UNIT)
    key = unit["LoadCredential"][0].partition(":")[2]

    assert f" dd-api-key {key}\n" in page
    assert f"python3 -m venv {Path(unit['ExecStart'][0].split()[0]).parents[1]} " in page


def test_it_can_do_nothing_else() -> None:
    """What systemd can take from a service that needs files and the network is taken from it."""
    unit = settings(UNIT)

    assert [name for name in CLOSED if unit.get(name) != ["yes"]] == []
    assert unit["SystemCallFilter"] == ["@system-service", "~@privileged"]
    assert unit["SystemCallArchitectures"] == ["native"]
    assert (unit["AmbientCapabilities"], unit["ProtectProc"]) == ([""], ["invisible"])
