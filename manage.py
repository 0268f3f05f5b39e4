#!/usr/bin/env python
"""Django's command line for Release Train."""

import os
import sys

from releasetrain.environment import refuse


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "releasetrain.settings")
    try:
        from django.core.management import execute_from_command_line
        from django.db.utils import OperationalError
    except ModuleNotFoundError as missing:
        refuse(f"{missing.name} is not installed: `make setup` prepares .venv, then use .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as failure:
        if "connection" not in str(failure):
            raise
        refuse(f"The database cannot be reached; start it with `make run` or set DATABASE_URL ({first_line(failure)}).")


def first_line(failure: Exception) -> str:
    return str(failure).strip().splitlines()[0]


if __name__ == "__main__":
    main()
