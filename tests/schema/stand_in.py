"""A judge that does what a test tells it, in the process of the SQL review: it crashes, hangs, or parses."""

import ctypes
import os
import time

import postgast

from releasetrain.domain.sql.values import Finding, Severity

asked = 0


def judge(sql, subject):
    global asked
    asked += 1
    word, _, _ = sql.partition(" ")
    match word:
        case "crash":
            ctypes.string_at(0)
        case "leave":
            os._exit(3)
        case "hang":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "eat":
            bytearray(4 << 30)
        case "raise":
            raise ValueError("not today")
        case "asked":
            return (Finding(rule="asked", severity=Severity.WARNS, statement=asked, facts={"pid": str(os.getpid())}),)
    try:
        postgast.parse(sql)
    except postgast.PgQueryError:
        return (Finding(rule="unparsed", severity=Severity.BLOCKS),)
    return (Finding(rule="parsed", severity=Severity.CLEAR, facts={"table": subject.table}),)
