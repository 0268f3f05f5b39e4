"""The process in which SQL is parsed and judged: whatever becomes of it, the web process lives on.

``python -m releasetrain.schema.judge_process MODULE`` answers questions with ``MODULE.judge``, one after the other, and
proposes SQL, whose names, types and expressions are parsed, too. Over its pipes go
length (four bytes, the most significant first), then JSON, either way. It ends when its input does.
"""

import importlib
import json
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from releasetrain.domain.errors import Refused
from releasetrain.domain.sql.wishes import Wish
from releasetrain.schema.as_json import finding_json, subject_from

MEMORY = 1 << 30  # bytes of address space
LAST_WORD = 3.0  # seconds: longer than whoever asks waits; it ends a question that nobody waits for any more
LENGTH = struct.Struct(">I")
READY = {"ready": True}


def main() -> None:
    """Answer until the input ends."""
    into, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    _bind()
    # Loaded here and nowhere above: whoever imports this module to ask has no parser in its process.
    judge = importlib.import_module(sys.argv[1]).judge
    propose = importlib.import_module("releasetrain.domain.sql.proposing").propose
    _send(out, READY)
    while (question := _received(into)) is not None:
        _send(out, _answer(judge, propose, question))


def _bind() -> None:
    """Bound memory, leave no core behind, and let an alarm end even what never comes back from the parser."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _soft, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it ends


def _answer(judge: Callable[..., Any], propose: Callable[..., Any], question: bytes) -> dict[str, Any]:
    signal.setitimer(signal.ITIMER_REAL, LAST_WORD)
    try:
        said = json.loads(question)
        if "wish" in said:
            return {"scripts": {stage.value: sql for stage, sql in propose(Wish(**said["wish"])).items()}}
        return {"findings": [finding_json(one) for one in judge(said["sql"], subject_from(said["subject"]))]}
    except Refused as refused:
        return {"refused": refused.code, "details": dict(refused.details)}
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001  a fault of the judge blocks, in words
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _received(into: BinaryIO) -> bytes | None:
    head = into.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = into.read(length)
    return body if len(body) == length else None


def _send(out: BinaryIO, said: dict[str, Any]) -> None:
    body = json.dumps(said).encode("ascii")
    out.write(LENGTH.pack(len(body)) + body)
    out.flush()


if __name__ == "__main__":
    main()
