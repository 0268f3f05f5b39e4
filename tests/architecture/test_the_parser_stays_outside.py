"""PostgreSQL's parser is C code that may crash: no process that answers people loads it."""

import subprocess
import sys

LOAD = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
import releasetrain.urls, releasetrain.worker.tasks
print([name for name in ("postgast", "releasetrain.domain.sql.parsing") if name in sys.modules])
"""


def test_web_and_worker_load_no_parser() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)

    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_look_would_see_it() -> None:
    looked = LOAD.replace("print(", "import releasetrain.domain.sql.parsing\nprint(")

    done = subprocess.run([sys.executable, "-c", looked], capture_output=True, text=True, check=True)

    assert "postgast" in done.stdout
