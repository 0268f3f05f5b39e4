"""Whatever the product cannot understand at its start it refuses in one sentence."""

import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from releasetrain import environment
from releasetrain.embedded import addresses, places, prepared

LONG = "a-secret-of-more-than-fifty-characters-0123456789-abcdefg"
PRODUCTION = {
    "RELEASETRAIN_MODE": "production",
    "RELEASETRAIN_SECRET_KEY": LONG,
    "RELEASETRAIN_ALLOWED_HOSTS": "train.example",
}

MALFORMED = [
    ({"RELEASETRAIN_MOOD": "good"}, "RELEASETRAIN_MOOD is not a setting"),
    ({"RELEASETRAIN_MODE": "staging"}, "must be demo or production"),
    ({"RELEASETRAIN_DEMO": "yes"}, "must be 0 or 1"),
    ({"RELEASETRAIN_POOL": "-1"}, "whole number from 0 to 100"),
    ({"RELEASETRAIN_DATA": "here"}, "full path"),
    ({"PORT": "http"}, "whole number from 1 to 65535"),
    ({"PORT": "65536"}, "whole number from 1 to 65535"),
    ({"DATABASE_URL": "mysql://localhost/releases"}, "DATABASE_URL is not an address"),
    ({"DATABASE_URL": "postgres://localhost:port/releases"}, "DATABASE_URL is not an address"),
    ({"CELERY_BROKER_URL": "localhost"}, "CELERY_BROKER_URL is not an address"),
    ({"RELEASETRAIN_SECRET_KEY": "short"}, "at least 50 characters, it has 5"),
    ({"RELEASETRAIN_METRICS_TOKEN": "short"}, "at least 20 characters, it has 5"),
    ({"RELEASETRAIN_LOG": "xml"}, "must be line or json"),
    ({"RELEASETRAIN_ALLOWED_HOSTS": "https://train.example"}, "without https://"),
    ({**PRODUCTION, "RELEASETRAIN_DEBUG": "1"}, "not possible in production"),
    ({**PRODUCTION, "RELEASETRAIN_SECRET_KEY": ""}, "RELEASETRAIN_SECRET_KEY is missing"),
    ({**PRODUCTION, "RELEASETRAIN_ALLOWED_HOSTS": ""}, "must name the host"),
]


@contextmanager
def refused(part: str):
    with pytest.raises(SystemExit) as refusal:
        yield
    sentence = str(refusal.value)
    assert part in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(("variables", "part"), MALFORMED)
def test_a_variable_that_cannot_be_meant_is_refused(variables, part, tmp_path):
    with refused(part):
        environment.read({"RELEASETRAIN_DATA": str(tmp_path), **variables})


def test_a_refusal_of_an_address_keeps_its_password_to_itself():
    with pytest.raises(SystemExit) as refusal:
        environment.read({"DATABASE_URL": "mysql://me:hunter2@localhost/releases"})

    assert "hunter2" not in str(refusal.value)


def test_production_takes_the_hosts_and_the_secret_it_is_given():
    read = environment.read(PRODUCTION)

    assert (read.allowed_hosts, read.secret_key, read.demo_data) == (["train.example"], LONG, False)


def test_demo_mode_makes_a_secret_once_and_keeps_it_private(tmp_path):
    variables = {"RELEASETRAIN_DATA": str(tmp_path)}

    first, second = environment.read(variables), environment.read(variables)

    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_the_command_line_says_the_sentence_and_shows_no_traceback(monkeypatch):
    monkeypatch.setenv("RELEASETRAIN_MOOD", "good")

    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=places.ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("RELEASETRAIN_MOOD is not a setting")
    assert done.stderr.count("\n") == 1


def test_a_command_without_a_database_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@/nothing?host={tmp_path}")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "releasetrain.settings")

    done = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=places.ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached; start it with `make run`")
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_refused(monkeypatch):
    monkeypatch.setattr(addresses, "FREED_WITHIN", 0.2)
    with socket.socket() as other:
        other.bind((addresses.HOST, 0))
        other.listen()

        with refused("is taken by another program"):
            addresses.listen(other.getsockname()[1])


def test_a_port_that_is_freed_in_time_is_taken():
    with addresses.listen(0) as first:
        port = first.getsockname()[1]

    with addresses.listen(port) as second:
        assert second.getsockname()[1] == port


def test_a_database_that_does_not_answer_is_refused(tmp_path):
    with refused("The database of DATABASE_URL cannot be reached"):
        prepared.check(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_a_broker_that_does_not_answer_is_refused():
    with addresses.listen(0) as unused:
        port = unused.getsockname()[1]

    with refused("The broker of CELERY_BROKER_URL cannot be reached"):
        addresses.check_broker(f"redis://127.0.0.1:{port}/0")


def test_a_broker_within_one_process_is_no_broker_for_three():
    with refused("holds within one process only"):
        addresses.check_broker("memory://")
