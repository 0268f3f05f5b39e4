"""The database server of a test run: on a leash, so that it goes with the run, also when that is killed."""

import secrets
from pathlib import Path

from releasetrain.embedded import places
from releasetrain.embedded.postgres import Postgres

# Set by the process that starts the server; parallel workers inherit DATABASE_URL and find it set.
chosen: Path | None = None


def choose_ephemeral() -> str:
    """Return the address of a database server that `start_ephemeral` will start."""
    global chosen
    chosen = places.SOCKETS / f"releasetrain-test-{secrets.token_hex(6)}"
    return places.url_at(chosen / "pg")


def start_ephemeral() -> Postgres | None:
    """Start the chosen server; None where somebody else's is used, or where another worker's starter does it."""
    if chosen is None:
        return None
    chosen.mkdir()
    chosen.chmod(0o711)  # the account root drops to must get through
    return Postgres(chosen / "server", chosen / "pg", throwaway=chosen).start()
