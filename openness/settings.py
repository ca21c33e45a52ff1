"""Django's settings. What differs between two places comes from environment variables."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.utils.translation import gettext_lazy
from kombu import Exchange, Queue

from openness import embedded, environment, secret

ENVIRONMENT = environment.read()
BASE_DIR = environment.PROJECT
# Where everything lives that is made at run time.
HOME = embedded.home(ENVIRONMENT)

# Addresses of ours and of others
PORT = ENVIRONMENT.port
SITE_URL = ENVIRONMENT.site_url
HUB_URL = ENVIRONMENT.hub_url
HF_TOKEN = ENVIRONMENT.hf_token
GITHUB_URL = ENVIRONMENT.github_url
GITHUB_TOKEN = ENVIRONMENT.github_token
ARXIV_URL = ENVIRONMENT.arxiv_url
OPENROUTER_URL = ENVIRONMENT.openrouter_url
DATABASE_URL = embedded.database_url(ENVIRONMENT)
REDIS_URL = embedded.redis_url(ENVIRONMENT)

# Who may read /metrics/; unset: this machine alone.
METRICS_TOKEN = ENVIRONMENT.metrics_token

# Security
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key or secret.kept(HOME / "secret-key")
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
HTTPS = urlsplit(SITE_URL).scheme == "https"
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
# Whoever watches /health/ does so from inside, without a certificate.
SECURE_REDIRECT_EXEMPT = [r"^(health|metrics)/$"]
# With an https address a proxy stands before us; docs/deployment.md says what it must set.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
CSRF_FAILURE_VIEW = "openness.views.errors.forbidden"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Neither subdomains nor browsers' preload lists are ours to decide for a host we do not know.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# The application
INSTALLED_APPS = [
    "openness.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "rest_framework",
    "rest_framework.authtoken",
    "openness",
]
MIDDLEWARE = [
    "openness.kept.keep_pages",
    "django.middleware.security.SecurityMiddleware",
    "openness.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "openness.middleware.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "openness.views.preferences.keep_preferences",
    "openness.views.moved.follow_renames",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "openness.urls"
WSGI_APPLICATION = "openness.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in by password, with a limit on guesses.
AUTHENTICATION_BACKENDS = ["openness.throttle.SlowBackend"]
LOGIN_URL = "sign-in"
# Whether reviewers have to prove themselves by a second factor; who has set one up always has to.
SECOND_FACTOR = HTTPS if ENVIRONMENT.second_factor is None else ENVIRONMENT.second_factor
OTP_TOTP_ISSUER = "Openness"
# By GitHub where the site has its keys; else nothing of django-allauth is there.
GITHUB_SIGN_IN = ENVIRONMENT.github_client_id is not None
if GITHUB_SIGN_IN:
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.github",
    ]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
    ACCOUNT_ADAPTER = "openness.views.github.Desk"
    ACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_ADAPTER = "openness.views.github.Visitors"
    SOCIALACCOUNT_PROVIDERS = {
        "github": {
            "APPS": [
                {
                    "client_id": ENVIRONMENT.github_client_id,
                    "secret": ENVIRONMENT.github_client_secret,
                }
            ],
            "SCOPE": [],  # what everybody may see of an account
            "OAUTH_PKCE_ENABLED": True,
        }
    }
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Public pages are Jinja2; Django's own templates serve what packages bring (decision 0002).
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "openness.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# A file is read in memory or, if its body is larger than that allows, passed over unread.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Languages: English at the root, Chinese under /zh-hans/
LANGUAGE_CODE = "en"
LANGUAGES = [("en", gettext_lazy("English")), ("zh-hans", gettext_lazy("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Database, cache and broker
DATABASES = {"default": environment.database(DATABASE_URL)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "openness",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

CELERY_BROKER_URL = environment.broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlasts its broker's longest absence
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "score"
# A task is done when it has ended, not when it was fetched: every task is idempotent.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# KB: a process of the pool that has grown beyond makes room for a new one once its task is done.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 160_000
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_TIME_LIMIT = 30 * 60
# Longer than any task may run, or the broker would hand a running one out again.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
# At a stop: seconds for the running task to end; then it goes back to the queue at once.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 4.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# In memory: a schedule file could be torn by a kill, and no entry needs to survive a restart.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "heartbeat": {"task": "openness.tasks.heartbeat", "schedule": 5 * 60},
    "tell senders": {"task": "openness.tasks.tell_senders", "schedule": 60},
    "prune visits": {"task": "openness.tasks.prune_visits", "schedule": crontab(hour=3, minute=50)},
    "tell watchers": {"task": "openness.tasks.tell_watchers", "schedule": 5 * 60},
    "forget drafts": {
        "task": "openness.tasks.forget_drafts",
        "schedule": crontab(hour=3, minute=40),
    },
    # Once a day: after midnight (UTC) there is none of today. Whoever is off at night catches up.
    "write the data set": {
        "task": "openness.tasks.write_dataset",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    **{
        f"read price list {key}": {
            "task": "openness.tasks.read_price_list",
            "schedule": crontab(hour=4, minute=minute),
            "args": [key],
            "options": {"queue": "links"},
        }
        for key, minute in (
            *(("genai-prices", 10), ("litellm", 25), ("models-dev", 40)),
            *(("openrouter", 55),),
        )
    },
    # What waits, waits as a date in a row; the schedule only asks whether anything is due. A round
    # that nobody has started when the next one comes is of no use any more.
    "score what changed": {
        "task": "openness.tasks.score_pending",
        "schedule": 20,
        "options": {"expires": 20},
    },
    "check links": {
        "task": "openness.tasks.check_links",
        "schedule": 60,
        "options": {"queue": "links", "expires": 60},
    },
    "deliver webhooks": {
        "task": "openness.tasks.deliver_webhooks",
        "schedule": 15,
        "options": {"queue": "webhooks", "expires": 15},
    },
    "forget deliveries": {
        "task": "openness.tasks.forget_deliveries",
        "schedule": crontab(hour=3, minute=50),
        "options": {"queue": "webhooks"},
    },
    "ask who releases": {
        "task": "openness.tasks.ask_makers",
        "schedule": 5 * 60,
        "options": {"queue": "hub", "expires": 5 * 60},
    },
    "note links": {
        "task": "openness.tasks.note_links",
        "schedule": 15 * 60,
        "options": {"queue": "links", "expires": 15 * 60},
    },
    **{
        f"visit {source}": {
            "task": "openness.tasks.visit",
            "schedule": 15,
            "args": [source],
            "options": {"queue": queue, "expires": 15},
        }
        for source, queue in (("hub", "hub"), ("github", "github"), ("arxiv", "links"))
    },
}
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name)
    for name in ("score", "hub", "github", "links", "webhooks")
]

# The packages of the open data set, one folder a day, and how many days they are kept (None: all).
DATASETS = HOME / "datasets"
DATASETS_KEPT = ENVIRONMENT.datasets_kept

# How long a visit stays in the log unless it brought something.
VISITS_KEPT = timedelta(days=90)
# How long a draft is kept after somebody last kept it.
DRAFTS_KEPT = timedelta(days=90)

# Refresh: seconds. A lease outlasts the longest visit; a turn is one worker's right to ask a host.
REFRESH_LEASE = 10 * 60
REFRESH_TURN = 2 * 60
REFRESH_ROUND = 45

# Slow readers, seconds: one that takes nothing of what is sent for so long is cut off; a download
# that has asked the database for nothing for so long loses its snapshot.
STALLED_READER = 30
SNAPSHOT_IDLE = 60

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "openness.api.problems.answer",
    "DEFAULT_THROTTLE_RATES": {"read": "600/min", "score": "60/min", "submit": "30/hour"},
    # With an https address a proxy stands before us and says whom it speaks for.
    "NUM_PROXIES": 1 if HTTPS else 0,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Openness",
    "DESCRIPTION": "How open AI projects are, and open to whom. Data: CC BY 4.0.",
    "VERSION": "1",
    "LICENSE": {
        "name": "CC BY 4.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "openness.api.description.with_problems",
        "openness.api.description.with_sparse",
        "openness.api.description.with_links",
    ],
}

# Letters to senders go to the log until a mail server is named.
MAIL = environment.mail(ENVIRONMENT.email_url)
EMAIL_BACKEND = f"django.core.mail.backends.{MAIL.backend}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = MAIL.ssl, MAIL.tls, 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from or f"openness@{urlsplit(SITE_URL).hostname}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": ["levelname", "name", "process", "message"],
            "timestamp": True,
        },
    },
    "filters": {
        # Whoever watches /health/ reads the answer; at a start it is "not yet" for a moment.
        "no_health": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: "/health/" not in (record.args or ()),
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would print a second time and write mail to nobody.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"filters": ["no_health"]},
        # A line for each question would say again what the log of visits says.
        "httpx": {"level": "WARNING"},
        # So would Celery's lines for each time the schedule asks whether anything is due.
        **{
            f"celery.{name}": {"level": "WARNING"}
            for name in ("app.trace", "beat", "worker.strategy")
        },
    },
}
