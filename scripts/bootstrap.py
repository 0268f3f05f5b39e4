"""From a bare Python 3.11 to a virtual environment with everything in it. Standard library only.

`python3 scripts/bootstrap.py run` prepares it and becomes the supervisor; `setup` and `dev` only prepare it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

STARTED = time.time()
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LISTS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def ensure(which: str) -> None:
    """Make .venv hold the packages of ``which`` (run or dev); return at once if it does already."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    stamp = VENV / f"stamp-{which}"
    wanted = fingerprint(LISTS[which])
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Preparing .venv...", flush=True)
    if not PYTHON.exists():
        # Without pip: making it takes four seconds, and Debian's Python may lack what is needed for it.
        venv.create(VENV, with_pip=False, clear=True)
    install(LISTS[which][-1])
    stamp.write_text(wanted)


def fingerprint(files: list[str]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()


def install(requirements: str) -> None:
    """Install ``requirements`` with uv, which takes a fifth of the time, else with pip."""
    listed = ["-r", str(ROOT / requirements)]
    if uv := find_uv():
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *listed]
        if subprocess.run(command, check=False).returncode == 0:
            return
    done = subprocess.run([*pip(), "install", "--quiet", "--disable-pip-version-check", *listed], check=False)
    if done.returncode:
        sys.exit("The packages could not be installed; the lines above say why.")


def find_uv() -> str | None:
    """Return a uv: the one already there, else one installed into .venv, else None."""
    own = VENV / "bin" / "uv"
    if found := shutil.which("uv") or (str(own) if own.exists() else None):
        return found
    command = [*pip(), "install", "--quiet", "--disable-pip-version-check", "uv"]
    return str(own) if subprocess.run(command, check=False).returncode == 0 else None


def pip() -> list[str]:
    """Return the command of a pip that installs into .venv: this Python's, else one made inside."""
    if (VENV / "bin" / "pip").exists():
        return [str(PYTHON), "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if subprocess.run([PYTHON, "-m", "ensurepip"], capture_output=True, check=False).returncode:
        sys.exit("This Python has no pip; on Debian and Ubuntu: apt install python3-pip.")
    return [str(PYTHON), "-m", "pip"]


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else "run"
    if what == "run":
        ensure("run")
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "releasetrain.embedded.supervisor", str(STARTED)])
    ensure("dev")


if __name__ == "__main__":
    main()
