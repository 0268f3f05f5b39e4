"""The solver is large and keeps threads of its own: only a worker that plans loads it, and only once it is asked to."""

import subprocess
import sys

LOAD = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
import releasetrain.urls, releasetrain.worker.tasks, releasetrain.worker.handlers
print([name for name in ("ortools", "numpy") if name in sys.modules])
"""


def loaded(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def test_web_and_worker_load_no_solver() -> None:
    assert loaded(LOAD) == "[]"


def test_the_look_would_see_it() -> None:
    assert "ortools" in loaded(LOAD.replace("print(", "import releasetrain.domain.planner.cp_sat\nprint("))
