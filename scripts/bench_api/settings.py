"""The product's settings, with the bare views beside its own addresses."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench_api.urls"
