"""Run a command that must not outlive its starter, on any Unix: `python leash.py [--remove FOLDER] -- COMMAND ...`

The starter holds the other end of this process's standard input. When it closes, by an orderly end or by
`kill -9`, the command is asked to stop, then made to, and the folder is removed. Standard library only.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

PATIENCE = 10.0


def main(arguments: list[str]) -> int:
    cut = arguments.index("--")
    command, folders = arguments[cut + 1 :], [word for word in arguments[:cut] if word != "--remove"]
    os.setsid()  # a Ctrl-C in the terminal is for the starter, which decides the order
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end(child))
    threading.Thread(target=wait_for_starter, args=(child,), daemon=True).start()
    status = child.wait()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def wait_for_starter(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """Ask ``child`` to stop (an interrupt is PostgreSQL's fast shutdown), and kill it if it does not."""
    child.send_signal(signal.SIGINT)
    threading.Timer(PATIENCE, child.kill).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
