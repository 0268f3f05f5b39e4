"""The storeys of the house: pyproject.toml states them, this holds them."""

import subprocess
import sys

from releasetrain.embedded.places import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_imports_only_go_down():
    command = [sys.executable, "-c", LINT, "--config", "pyproject.toml", "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 broken" in done.stdout
