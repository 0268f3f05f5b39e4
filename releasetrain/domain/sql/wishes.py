"""What somebody wants of a change, for whom SQL is proposed: values only, and no parser behind them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants: ``new`` of ``type`` in place of ``old``, filled with ``expression`` (empty: the old value).

    ``key``: by which batches go. ``is_required``: the new field is NOT NULL in the end. ``by_trigger``: the database
    itself keeps the new field while old code writes only the old one. ``has_index``: it is searched by.
    """

    table: str
    old: str
    new: str
    type: str
    expression: str = ""
    key: str = "id"
    is_required: bool = True
    by_trigger: bool = False
    has_index: bool = False
