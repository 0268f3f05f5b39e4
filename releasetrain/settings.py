"""Settings of the product: all of them, for demo and production, from the environment in `environment.py`."""

from datetime import timedelta

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from releasetrain import environment, logs
from releasetrain.embedded import places

BASE_DIR = places.ROOT
ENVIRONMENT = environment.read()
PRODUCTION = ENVIRONMENT.is_production

# What the demo door and the sign-in page may ask.
DEMO_MODE = not PRODUCTION
DEMO_DATA = ENVIRONMENT.demo_data

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "releasetrain.outbox",
    "releasetrain.audit",
    "releasetrain.teams",
    "releasetrain.notices",
    "releasetrain.releases",
    "releasetrain.schema",
    "releasetrain.trains",
    "releasetrain.reviews",
    "releasetrain.boarding",
    "releasetrain.rollouts",
    "releasetrain.live",
    "releasetrain.planning",
    "releasetrain.web",
    "releasetrain.worker",
    "releasetrain.demo",
]

# Pasted lines count here, files do not: the largest import (boarding's LARGEST; a test compares), and room.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000 + 1_000_000

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "releasetrain.tracing.Traced",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "releasetrain.measuring.Measured",
]
METRICS_TOKEN = ENVIRONMENT.metrics_token
PROMETHEUS_LATENCY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))

ROOT_URLCONF = "releasetrain.urls"
WSGI_APPLICATION = "releasetrain.wsgi.application"
ASGI_APPLICATION = "releasetrain.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "releasetrain.web.context.shell",
            ],
        },
    },
]


def database(url: str, *, pool: int) -> dict[str, object]:
    """Return Django's description of the database at ``url``; a pool of 0 means a connection per request."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        environment.refuse("DATABASE_URL is not an address of the form postgres://user:password@host:port/name.")
    options: dict[str, object] = {"connect_timeout": 5}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
    named = {key: parts.pop(key, "") or "" for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"],
        "USER": named["user"],
        "PASSWORD": named["password"],
        "HOST": named["host"],
        "PORT": named["port"],
        "ATOMIC_REQUESTS": False,  # actions open the transactions: the lock must be their first write
        "OPTIONS": {**options, **parts},
    }


DATABASES = {
    "default": database(ENVIRONMENT.database_url or places.database_url(ENVIRONMENT.data), pool=ENVIRONMENT.pool)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "teams.User"
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static" if PRODUCTION else None  # a demo serves static/ as it is
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = int(timedelta(days=30).total_seconds()) if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trust_proxy else None
# The other hosts of the operator's domain are not ours to bind to https.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads the cookie
CSRF_COOKIE_SAMESITE = "Lax"

# Where links in mails lead, and through whom mails leave; a demo keeps them to be read on a page.
BASE_URL = ENVIRONMENT.base_url
MAIL_IS_ON, MAIL_IS_KEPT = ENVIRONMENT.mail.is_on, ENVIRONMENT.mail.scheme == "keep"
EMAIL_BACKEND = ENVIRONMENT.mail.backend
vars().update(ENVIRONMENT.mail.settings)
EMAIL_TIMEOUT = 10  # for each answer of the mail server
ANYMAIL = {"REQUESTS_TIMEOUT": (5, 10), **ENVIRONMENT.mail.anymail}
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["releasetrain.api.who.ByToken", "releasetrain.api.who.BySession"],
    "DEFAULT_RENDERER_CLASSES": ["releasetrain.api.writing.Renderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "releasetrain.api.operations.Description",
    "EXCEPTION_HANDLER": "releasetrain.api.errors.answer_to",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Release Train",
    "VERSION": "1",
    "DESCRIPTION": "Everything the pages do, through the same actions. See the guide in docs/api.md.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used; names made for them would change with the code
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "displayRequestDuration": True, "validatorUrl": None},
}

CELERY_BROKER_URL = ENVIRONMENT.broker_url or places.broker_url(ENVIRONMENT.data)
CELERY_TASK_IGNORE_RESULT = True  # the outbox knows what became of a task; a result backend would know it again
CELERY_TIMEZONE = TIME_ZONE
# Nobody acknowledges a task: the rows remember the work, a task is only a wake-up, and the sweep finds what it leaves.
# A worker that holds unacknowledged tasks when the broker dies fails at giving them back, and ends (one time in ten).
CELERY_TASK_QUEUES = [Queue("celery", no_ack=True)]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# `.delay()` is a wake-up call inside a request: without a broker it must fail in a second, not hang.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_connect_timeout": 1, "socket_timeout": 3, "retry_on_timeout": False}
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {
        "task": "releasetrain.worker.sweep_outbox",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 30},  # one that waited so long has younger ones behind it
    },
    "collect-digests": {"task": "releasetrain.worker.collect_digests", "schedule": crontab(minute="*/10")},
    "tend-reviews": {"task": "releasetrain.worker.tend_reviews", "schedule": crontab(minute="*/10")},
    "close-slots": {
        "task": "releasetrain.worker.close_slots",
        "schedule": crontab(),  # at the minute: cut-offs are instants of the clock
        "options": {"expires": 50},
    },
    "serve-queue": {"task": "releasetrain.worker.serve_queue", "schedule": crontab(minute="*/5")},
    "open-slots": {"task": "releasetrain.worker.open_slots", "schedule": crontab(minute="7")},
    "verify-calendar": {"task": "releasetrain.worker.verify_calendar", "schedule": crontab(hour="3", minute="17")},
    "tidy": {"task": "releasetrain.worker.tidy", "schedule": crontab(hour="3", minute="41")},
}

LOGGING = logs.configuration(ENVIRONMENT.log)
