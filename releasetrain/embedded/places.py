"""Where the embedded servers keep their files and sockets, known without asking them."""

import os
import stat
import zlib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent.parent
# Not the temp folder of the environment: web, worker, shell and tests must all find the same socket,
# and a socket's path may have at most about 100 bytes.
SOCKETS = Path("/tmp")
NAME = "releasetrain"


def socket_folder(data: Path) -> Path:
    """Return the folder of the sockets of the servers whose files are in ``data``."""
    return SOCKETS / f"{NAME}-{os.getuid()}-{zlib.crc32(os.fsencode(data)):08x}"


def make_socket_folder(data: Path) -> Path:
    """Make that folder and return it; its name can be guessed, so one that is not ours is refused."""
    folder = socket_folder(data)
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
        raise SystemExit(f"{folder} belongs to somebody else; have it removed, the servers' sockets go there.")
    return folder


def url_at(sockets: Path, *, name: str = NAME) -> str:
    return f"postgresql://{NAME}@/{name}?host={quote(str(sockets), safe='/')}"


def database_url(data: Path, *, name: str = NAME) -> str:
    return url_at(socket_folder(data) / "pg", name=name)


def broker_url(data: Path) -> str:
    return f"redis+socket://{socket_folder(data) / 'broker' / 's'}?virtual_host=0"
