"""The product's settings with somebody more who listens to bookings; every process of the plant reads them."""

from tests.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.kill.apps.KillConfig"]  # noqa: F405
MIDDLEWARE = [*MIDDLEWARE, "tests.kill.early.TellByTask"]  # noqa: F405
