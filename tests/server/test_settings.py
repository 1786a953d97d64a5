"""Settings are checked before anything is started, all of them at once."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from illicit_power.cli import main
from illicit_power.server.settings import SETTINGS, ServerSettings
from tests.cli.test_commands import run_in_fresh_process
from tests.server.probes import write_data

REFUSED = [
    ("host", "", "IP address"),
    ("host", "[::1]", "without brackets"),
    ("host", "http://here", "IP address"),
    ("port", "99999999", "from 0 to 65535"),
    ("port", "-1", "from 0 to 65535"),
    ("port", "abc", "a whole number"),
    ("port", "", "a whole number"),
    ("root_path", "ip", "/ip"),
    ("root_path", "/ip/", "/ip"),
    ("workers", "0", "a whole number from 1 to 1024"),
    ("workers", "2.5", "a whole number"),
    ("timeout", "-1", "above 0"),
    ("timeout", "0", "above 0"),
    ("timeout", "inf", "above 0 to"),
    ("max_timeout", "nan", "above 0"),
    ("queue", "-5", "from 0"),
    ("queue_timeout", "0", "above 0"),
    ("memory_mib", "0", "from 1"),
    ("memory_mib", "9999999999", "from 1 to 1048576"),
    ("result_rows", "0", "from 1"),
    ("result_mib", "0", "from 1"),
    ("cache_mib", "-1", "from 0"),
    ("endpoints", "example.org", "https://example.org/sparql"),
    ("endpoints", "ftp://example.org/sparql", "https://example.org/sparql"),
    ("endpoints", "http:///sparql", "https://example.org/sparql"),
    ("endpoints", "http://example.org:99999/sparql", "https://example.org/sparql"),
    ("endpoints", "<http://example.org/sparql>", "https://example.org/sparql"),
    ("kept_queries", "", "the path of a folder"),
    ("kept_queries", __file__, "the path of a folder"),
    ("kept_queries_count", "-1", "from 0"),
    ("kept_queries_mib", "-1", "from 0"),
    ("published_at", "not-a-url", "https://example.org/ip/"),
    ("published_at", "https://example.org/?x", "without ? and #"),
    ("watch", "0", "from 0.1"),
    ("trusted_proxies", "10.0.0.0/99", "10.0.0.0/8"),
    ("trusted_proxies", "10.0.0.1/8", "10.0.0.0/8"),
    ("trusted_proxies", "localhost", "10.0.0.0/8"),
    ("client_queries", "-1", "from 0"),
    ("client_seconds", "-0.5", "from 0"),
    ("client_errors", "-1", "from 0"),
    ("client_connections", "-1", "from 0"),
    ("connections", "0", "from 1"),
    ("head_kib", "0", "from 1"),
    ("head_timeout", "0", "above 0"),
    ("body_timeout", "-3", "above 0"),
    ("send_timeout", "0", "above 0"),
    ("answer_timeout", "0", "above 0"),
    ("shutdown_timeout", "-1", "from 0"),
    ("log_format", "xml", "'text' or 'json'"),
    ("log_level", "loud", "'debug', 'info', 'warning' or 'error'"),
    ("log_queries", "2", "from 0 to 1"),
]


def complaints(**given: Any) -> list[str]:
    """What is said of some values, a line for each that cannot be used."""
    with pytest.raises(ValueError, match="these settings cannot be used") as caught:
        ServerSettings.of(given)
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize(("name", "given", "advice"), REFUSED)
def test_a_value_that_will_not_do_is_refused_with_what_would(name: str, given: str, advice: str) -> None:
    (complaint,) = complaints(**{name: given})
    assert re.search(
        rf"--{name.replace('_', '-')} or ILLICIT_POWER_{name.upper()} is {re.escape(repr(given))}", complaint
    )
    assert advice in complaint.split(": use ")[1]


def test_every_setting_has_a_value_that_is_refused() -> None:
    assert {name for name, _, _ in REFUSED} == {setting.name for setting in SETTINGS}


def test_all_complaints_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILLICIT_POWER_QUEUE", "-5")
    said = complaints(workers="0", timeout="-1", max_timeout="x", endpoints="here there")
    assert [line.split()[0] for line in said] == [
        "--workers",
        "--timeout",
        "--max-timeout",
        "--queue",
        "--endpoints",
        "--endpoints",
    ]


def test_the_command_prints_them_and_its_status_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(write_data(tmp_path / "data.ttl"))
    assert main(["serve", "--data", data, "--port", "99999999", "--timeout", "-1"]) == 2
    printed = capsys.readouterr().err
    assert "--port or ILLICIT_POWER_PORT is '99999999'" in printed
    assert "--timeout or ILLICIT_POWER_TIMEOUT is '-1'" in printed


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILLICIT_POWER_PORT", "1234")
    monkeypatch.setenv("ILLICIT_POWER_WORKERS", "3")
    settings = ServerSettings.of({"port": "4321"})
    assert (settings.port, settings.workers, settings.queue) == (4321, 3, 64)


def test_lists_are_separated_by_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILLICIT_POWER_TRUSTED_PROXIES", "10.0.0.0/8 ::1")
    settings = ServerSettings.of({"endpoints": " http://a.example/sparql  https://b.example/ "})
    assert settings.endpoints == ("http://a.example/sparql", "https://b.example/")
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))


def test_a_longer_timeout_is_the_longest_unless_another_is_given() -> None:
    assert ServerSettings.of({"timeout": "600"}).limits.max_timeout == 600
    assert ServerSettings.of({"timeout": "5"}).limits.max_timeout == 60
    (complaint,) = complaints(timeout="600", max_timeout="60")
    assert complaint.endswith(
        "--max-timeout or ILLICIT_POWER_MAX_TIMEOUT is '60': use no less than --timeout, which is 600"
    )


def test_only_the_server_reads_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ILLICIT_POWER_PORT", "abc")
    assert run_in_fresh_process("validate", "--help")[0] == 0
    assert run_in_fresh_process("serve", "--help")[0] == 0
    assert run_in_fresh_process("serve", "--data", str(write_data(tmp_path / "data.ttl")))[0] == 2
