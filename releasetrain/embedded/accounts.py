"""Root must not run a database: under which account the servers run, and what that account can reach."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CANDIDATES = ("postgres", "nobody")
# For servers whose files or programs lie where their account cannot go, such as a checkout in /root.
SYSTEM = Path("/var/lib/releasetrain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    name: str
    uid: int
    gid: int

    def as_arguments(self) -> dict[str, Any]:
        """Return the words that make Popen run something under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Return whether this account may enter or run ``path``, asked of the kernel and not of mode bits."""
        return subprocess.run(["test", "-x", path], cwd="/", check=False, **self.as_arguments()).returncode == 0


def for_servers() -> Account | None:
    """Return the account to drop to, or None when we are an ordinary user and simply stay one."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=found.pw_uid, gid=found.pw_gid)
    raise SystemExit("There is no account postgres or nobody to run the database under: start as an ordinary user.")


def give(path: Path, account: Account | None) -> Path:
    """Make the folder ``path``, private to ``account``, and return it."""
    path.mkdir(parents=True, exist_ok=True)
    if account:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def home(path: Path, account: Account | None) -> Path:
    """Return the folder of a server's files: ``path``, or where its link leads if the account cannot go there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() and not path.exists():
        path.unlink()
    if account and not path.exists() and not account.reaches(path.parent):
        SYSTEM.mkdir(mode=0o755, exist_ok=True)
        path.symlink_to(tempfile.mkdtemp(prefix="data-", dir=SYSTEM))
    return give(path.resolve(), account)


def programs(source: Path, *, marker: str, label: str, account: Account | None) -> Path:
    """Return a folder like ``source`` whose file ``marker`` the account can run; copied aside once if need be.

    The neighbour ``<name>.libs`` goes with it: a wheel's programs look for their libraries there.
    """
    if account is None or account.reaches(source / marker):
        return source
    target = SYSTEM / label
    if not target.exists():
        SYSTEM.mkdir(mode=0o755, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=SYSTEM))
        for folder in (source, source.with_name(f"{source.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        unfinished.chmod(0o755)
        rename(unfinished, target)
    return target / source.name


def rename(unfinished: Path, target: Path) -> None:
    try:
        unfinished.rename(target)
    except OSError:  # another start was quicker; its copy is as good
        shutil.rmtree(unfinished, ignore_errors=True)
