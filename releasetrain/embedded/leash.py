"""Run a command that must not outlive its starter, on any Unix, and clear away behind it.

The starter holds the other end of this process's standard input. When it closes, by an orderly end or by
`kill -9`, the command is interrupted, and killed if that does not help; then the folder to remove is removed.
"""

import argparse
import os
import shutil
import signal
import sys
import threading

from releasetrain.embedded import accounts, children

PATIENCE = 8.0


def main(arguments: list[str]) -> int:
    wanted = understand(arguments)
    account = accounts.Account(name="", uid=wanted.uid, gid=wanted.gid) if wanted.uid is not None else None
    child = children.start(
        wanted.command, dying=signal.SIGINT, account=account, log=sys.stdout.buffer, keep=wanted.keep, leashed=False
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: child.send_signal(signal.SIGINT))
    threading.Thread(target=wait_for_starter, args=(child,), daemon=True).start()
    status = child.wait()
    if wanted.remove:
        shutil.rmtree(wanted.remove, ignore_errors=True)
    return status


def understand(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--remove")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--keep", type=int, action="append", default=[])
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


def wait_for_starter(child) -> None:
    while os.read(0, 1024):
        pass
    children.stop(child, signal.SIGINT, patience=PATIENCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
