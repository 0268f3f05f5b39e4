"""Where the embedded servers keep their files and sockets, known without asking them."""

import os
import zlib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / ".data"
# Not the temp folder of the environment: web, worker, shell and tests must all find the same socket,
# and a socket's path may have at most about 100 bytes.
SOCKETS = Path("/tmp")
NAME = "releasetrain"


def socket_folder(data: Path) -> Path:
    """Return the folder of the sockets of the servers whose files are in ``data``."""
    return SOCKETS / f"{NAME}-{os.getuid()}-{zlib.crc32(os.fsencode(data)):08x}"


def database_url(data: Path, *, name: str = NAME) -> str:
    return f"postgresql://{NAME}@/{name}?host={quote(str(socket_folder(data) / 'pg'), safe='/')}"


def broker_url(data: Path) -> str:
    return f"redis+socket://{socket_folder(data) / 'broker' / 's'}?virtual_host=0"
