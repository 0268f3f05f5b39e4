"""The product's settings on a throwaway database.

Read before any fixture exists, so the address of the database is only chosen here; `tests/support/servers.py`
starts the server behind it. Workers of a parallel run inherit the choice.
"""

import os

from tests.support import servers

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = servers.choose_ephemeral()
# Wake-ups go nowhere: a test drains the outbox itself when that is what it is about.
os.environ.setdefault("CELERY_BROKER_URL", "memory://")

from releasetrain.settings import *  # noqa: F403  the environment is complete only now

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 200 times faster, and nobody's password
