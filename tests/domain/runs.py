"""The measured runs of a backfill (``tests/data/README.md``), each with the table and the plan it was run with."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from releasetrain.domain.forecast import Forecast, Index, Plan, Table, forecast

RUNS = Path(__file__).parent.parent / "data" / "backfill_runs.jsonl"
ORDERED = {"t_pkey", "t_moment", "t_created"}
GIB = 2**30


@dataclass(frozen=True)
class Measured:
    """One run."""

    number: int
    told: dict[str, Any]

    @property
    def name(self) -> str:
        said = self.told
        words = [f"{said['n_idx']} indexes", f"{said['rows'] // 10**6}M rows", f"batch {said['batch']}"]
        words += [
            f"{name} {said[name]}" for name in ("ff", "prerepack", "inter", "vac_every", "ckpt_every") if said.get(name)
        ]
        words += [name for name in ("target_indexed", "heldsnap", "nofpw", "held") if said.get(name)]
        return f"run {self.number}: {', '.join(words)}"

    @property
    def is_interleaved(self) -> bool:
        return self.told.get("inter", 1) > 1

    @property
    def seconds(self) -> float:
        return self.told["upd_s"] + self.told["vac_s"]

    @property
    def table(self) -> Table:
        said = self.told
        fillfactor = said.get("prerepack") or said.get("ff", 100)
        return Table(
            rows=said["rows"],
            heap_bytes=said["heap0"],
            indexes=tuple(Index(bytes=size, is_ordered=name in ORDERED) for name, size in said["ix0"].items()),
            free_share=1 - fillfactor / 100,
            max_wal_bytes=4 * GIB,
            full_page_writes=not said.get("nofpw"),
            is_target_indexed=bool(said.get("target_indexed")),
            has_old_snapshot=bool(said.get("heldsnap")),
        )

    @property
    def plan(self) -> Plan:
        every = self.told.get("vac_every", 0) * self.told["batch"]
        return Plan(batch_rows=self.told["batch"], passes=self.told.get("inter", 1), vacuum_every=every)

    @property
    def forced_checkpoints(self) -> int | None:
        if not (every := self.told.get("ckpt_every")):
            return None
        return math.ceil(self.told["rows"] * self.told.get("inter", 1) / (every * self.told["batch"]))

    def forecast(self) -> Forecast:
        return forecast(self.table, self.plan, checkpoints=self.forced_checkpoints)


@cache
def runs() -> list[Measured]:
    lines = RUNS.read_text(encoding="utf-8").splitlines()
    return [Measured(number, json.loads(line)) for number, line in enumerate(lines)]
