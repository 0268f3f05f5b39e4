"""In which order the rows of a file come in: what a row needs goes before it."""

from collections.abc import Iterable

from releasetrain.domain.graph import circle, needed_first
from releasetrain.domain.release_file import Row


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with everything after what it needs, otherwise as they were."""
    known = {row.key: row for row in rows}
    return [known[key] for key in needed_first(known, _edges(known.values()))]


def _edges(rows: Iterable[Row]) -> dict[str, list[str]]:
    return {row.key: [key for key, _ in row.needs] for row in rows}


def circles(rows: Iterable[Row]) -> dict[int, list[str]]:
    """Return the rows that need themselves over others, by number, each with the way round."""
    every = list(rows)
    edges = _edges(every)
    ways = ((row.number, circle(edges, row.key)) for row in every)
    return {number: way for number, way in ways if way}
