"""One process that judges SQL, started when first needed: asked over pipes, with a deadline, and killed past it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from releasetrain.schema.judge_process import LENGTH

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN = 20.0  # seconds: a machine under load takes long to import
QUESTIONS = 5000  # after so many a fresh process takes over, whatever a library let leak
CHUNK = 1 << 16


class TooSlow(Exception):
    """No answer before the deadline."""


class Died(Exception):
    """The process ended instead of answering."""


class JudgeProcess:
    """The process and its pipes; not to be asked by two at once. ``judge``: the module whose ``judge`` answers."""

    def __init__(self, judge: str) -> None:
        self.judge = judge
        self.process: subprocess.Popen[bytes] | None = None
        self.asked = 0

    def ask(self, question: Mapping[str, Any], *, within: float) -> dict[str, Any]:
        """Return the answer, or raise ``TooSlow`` or ``Died``; the next question finds a working process either way."""
        try:
            process = self._running()
            self._write(process, json.dumps(question).encode("ascii"), until := time.monotonic() + within)
            answer: dict[str, Any] = json.loads(self._message(process, until))
        except BaseException:
            self.end()
            raise
        self.asked += 1
        if self.asked >= QUESTIONS:
            self.end()
        return answer

    def end(self) -> None:
        """Kill it and wait for it; its pipes are closed."""
        process, self.process, self.asked = self.process, None, 0
        if process is not None:
            process.kill()
            _close(process)
            process.wait()

    def forget(self) -> None:
        """Let go of it in a process that was forked off the one that started it: it is not ours to kill."""
        process, self.process, self.asked = self.process, None, 0
        if process is not None:
            _close(process)
            process.returncode = 0  # no child of this process: nothing to wait for

    def _running(self) -> "subprocess.Popen[bytes]":
        if self.process is not None and self.process.poll() is not None:
            self.end()  # it went while nobody asked
        if self.process is None:
            self.process = self._started()
            self._message(self.process, time.monotonic() + STARTS_WITHIN)  # ready
        return self.process

    def _started(self) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        words = [sys.executable, "-m", "releasetrain.schema.judge_process", self.judge]
        process = subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0)
        for end in _pipes(process):
            os.set_blocking(end.fileno(), False)
        return process

    def _write(self, process: "subprocess.Popen[bytes]", body: bytes, until: float) -> None:
        left = memoryview(LENGTH.pack(len(body)) + body)
        pipe = _pipes(process)[0].fileno()
        while left:
            _wait(pipe, select.POLLOUT, until)
            try:
                left = left[os.write(pipe, left[:CHUNK]) :]
            except BrokenPipeError:
                raise Died from None

    def _message(self, process: "subprocess.Popen[bytes]", until: float) -> bytes:
        pipe = _pipes(process)[1].fileno()
        (length,) = LENGTH.unpack(_read(pipe, LENGTH.size, until))
        return _read(pipe, length, until)


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise Died  # it was started without
    return process.stdin, process.stdout


def _close(process: "subprocess.Popen[bytes]") -> None:
    for end in _pipes(process):
        end.close()


def _read(pipe: int, length: int, until: float) -> bytes:
    found = bytearray()
    while len(found) < length:
        _wait(pipe, select.POLLIN, until)
        part = os.read(pipe, min(CHUNK, length - len(found)))
        if not part:
            raise Died
        found += part
    return bytes(found)


def _wait(pipe: int, wanted: int, until: float) -> None:
    poll = select.poll()
    poll.register(pipe, wanted)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TooSlow
