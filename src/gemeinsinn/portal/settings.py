"""Django's settings of the portal, for the instance that the environment names."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gemeinsinn.portal.database import database_of
from gemeinsinn.settings.instance import VARIABLE, Settings, find_instance


INSTANCE = find_instance(os.environ.get(VARIABLE))
INSTANCE_SETTINGS: Settings = INSTANCE.settings()
CLOCK = partial(datetime.now, UTC)  # noqa: TID251  (the one clock of the portal)
"""What time it is, for jobs that a page starts."""
PORTAL = Path(__file__).parent


def _secret_key() -> str:
    """The key of this instance, made once and readable for its owner only."""
    path = INSTANCE.var / "secret.key"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(48).hex())
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = list(INSTANCE_SETTINGS.hosts)
ROOT_URLCONF = "gemeinsinn.portal.urls"
WSGI_APPLICATION = "gemeinsinn.portal.front.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "gemeinsinn.portal.data",
    "gemeinsinn.portal.editorial",
    "gemeinsinn.portal.desk",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",  # the search of PostgreSQL; on SQLite it does nothing
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gemeinsinn.portal.policies.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gemeinsinn.portal.policies.AdminInGerman",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PORTAL / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gemeinsinn.portal.data.context.site",
            ],
        },
    }
]

DATABASES = {"default": database_of(INSTANCE)}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Languages: German at the root, English and plain German below their prefixes.
PLAIN_GERMAN = "de-simple"
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English"), (PLAIN_GERMAN, "Einfache Sprache")]
LOCALE_PATHS = [PORTAL.parent / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

# Files: our own are built, packed and named by their content; those of the packages are served from where they lie.
STATIC_URL = "/static/"
STATICFILES_DIRS = [PORTAL / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/gemeinsinn/.+-[A-Za-z0-9_-]{8}\.\w+$"
MEDIA_URL = "/media/"
MEDIA_ROOT = INSTANCE.var / "media"

# Nobody else is asked anything: not for avatars, not for updates, not for embeds.
WAGTAIL_SITE_NAME = INSTANCE_SETTINGS.name["de"]
WAGTAILADMIN_BASE_URL = INSTANCE_SETTINGS.base_url or "http://127.0.0.1:8000"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 5
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
LOGIN_URL = "wagtailadmin_login"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
_ENCRYPTED = INSTANCE_SETTINGS.base_url.startswith("https://")
SESSION_COOKIE_SECURE = _ENCRYPTED
CSRF_COOKIE_SECURE = _ENCRYPTED
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _ENCRYPTED else None
SECURE_HSTS_SECONDS = 31_536_000 if _ENCRYPTED else 0
CSRF_TRUSTED_ORIGINS = [INSTANCE_SETTINGS.base_url] if _ENCRYPTED else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
