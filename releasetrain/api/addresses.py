"""Parts of an address."""

from django.urls import register_converter
from django.urls.converters import IntConverter

LONGEST = 18  # digits: what fits into a database's key whatever they are


class ReleaseNumber:
    """RT-41 in an address; 41 alone does too."""

    regex = rf"(?:[Rr][Tt]-)?[0-9]{{1,{LONGEST}}}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value.upper().removeprefix("RT-"))

    def to_url(self, value: int) -> str:
        """Return the code."""
        return f"RT-{value}"


class RowNumber(IntConverter):
    """The number of a row; one that no database could hold leads nowhere."""

    regex = f"[0-9]{{1,{LONGEST}}}"


register_converter(ReleaseNumber, "release")
register_converter(RowNumber, "row")
