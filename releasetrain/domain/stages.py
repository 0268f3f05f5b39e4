"""The stages of a schema change (M1) and their steps."""

from enum import StrEnum


class Stage(StrEnum):
    """One step of a change of stored data that ships without stopping; contract has two."""

    EXPAND = "expand"
    BACKFILL = "backfill"
    RELAX = "relax"
    DROP = "drop"


ORDER = (Stage.EXPAND, Stage.BACKFILL, Stage.RELAX, Stage.DROP)
LETTERS = {Stage.EXPAND: "E", Stage.BACKFILL: "B", Stage.RELAX: "C", Stage.DROP: "C"}
