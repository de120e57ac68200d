"""All settings in one place, read from the environment; the defaults run the demo on one machine.

What an operator sets, and why, stands in docs/guide/operators.md. Paths below ``PINGJIA_HOME`` hold everything that
must be kept (databases, keys, the public log); nothing is written elsewhere.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PINGJIA_HOME", ROOT / "var"))
HOME.mkdir(parents=True, exist_ok=True)

# The two doors. A member logs in on the site and votes in the booth; nothing but a URL fragment passes between them.
PINGJIA_SITE = os.environ.get("PINGJIA_SITE", "http://localhost:8000")
PINGJIA_BOOTH = os.environ.get("PINGJIA_BOOTH", "http://127.0.0.1:8000")
PINGJIA_KEYS_DIR = Path(os.environ.get("PINGJIA_KEYS_DIR", HOME / "keys"))
PINGJIA_LOG_DIR = Path(os.environ.get("PINGJIA_LOG_DIR", HOME / "log"))
PINGJIA_BOX_DIR = Path(os.environ.get("PINGJIA_BOX_DIR", HOME / "boxes"))
# Data that a place may have of its own: rules for the composition of delegates (a file), layouts of rosters (a folder).
PINGJIA_COMPOSITION = os.environ.get("PINGJIA_COMPOSITION", "")
PINGJIA_PROFILES = os.environ.get("PINGJIA_PROFILES", "")
PINGJIA_BOOTH_DIST = ROOT / "booth" / "dist"
# Practice ballots and stand-ins are for rehearsals; a real box refuses to open where this is set.
PINGJIA_DEMO = os.environ.get("PINGJIA_DEMO") == "1"


# "site" or "booth" where the two live in processes of their own, each with its own rights (ADR 0015); "" serves both.
PINGJIA_ONLY = os.environ.get("PINGJIA_ONLY", "")
assert PINGJIA_ONLY in ("", "site", "booth"), "PINGJIA_ONLY is site, booth, or not set"


def _secret_key() -> str:
    """Read the signing key from the environment or from a file that only this user can read."""
    if PINGJIA_ONLY == "booth":  # nothing is signed there, and what signs sessions is none of its business
        return secrets.token_urlsafe(50)
    if key := os.environ.get("PINGJIA_SECRET_KEY"):
        return key
    file = PINGJIA_KEYS_DIR / "django.key"
    if not file.exists():
        PINGJIA_KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Linked when it is whole: neither a kill nor a second process at the same moment meets half a key.
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        draft.touch(0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = sorted({urlsplit(PINGJIA_SITE).hostname or "", urlsplit(PINGJIA_BOOTH).hostname or ""})


def _database(url: str | None, file: str) -> dict[str, Any]:
    """Turn ``postgresql://user:pw@host:port/name`` (``sqlite:///path``, nothing: ``file``) into Django's settings."""
    if not url or url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(unquote(urlsplit(url).path)) if url else HOME / file,
            # Tests use a real file too: an in-memory database has one connection, and so no races to find.
            "TEST": {"NAME": Path(tempfile.gettempdir()) / f"pingjia-test-{os.getpid()}-{file}"},
            # IMMEDIATE: a writer takes its turn when it begins, so no reader-turned-writer is ever refused.
            # FULL: an answered drop survives a power cut. secure_delete: destroyed rows leave no bytes behind.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


# Roll and issuance live in one database, sealed ballots in another: no foreign key and no transaction spans the two.
DATABASES = {
    "default": _database(os.environ.get("PINGJIA_DATABASE_URL"), "site.sqlite3"),
    "box": _database(os.environ.get("PINGJIA_BOX_DATABASE_URL"), "box.sqlite3"),
}
if PINGJIA_ONLY == "booth":
    DATABASES["default"] = {"ENGINE": "django.db.backends.dummy"}  # whoever asks it for anything gets an error
DATABASE_ROUTERS = ["pingjia.ballotbox.router.BoxRouter"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pingjia.ui",
    "pingjia.intake",
    "pingjia.publiclog",
    "pingjia.journal",
    "pingjia.ballotbox",
    "pingjia.units",
    "pingjia.people",
    "pingjia.polls",
    "pingjia.desks",
    "pingjia.demo",
]

MIDDLEWARE = [
    "pingjia.ui.hosts.TwoDoors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pingjia.ui.appearance.Appearance",
]
ROOT_URLCONF = "pingjia.urls.site"
BOOTH_URLCONF = {"": "pingjia.urls.booth", "booth": "pingjia.urls.booth_box", "site": "pingjia.urls.booth_papers"}[
    PINGJIA_ONLY
]
WSGI_APPLICATION = "pingjia.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pingjia.ui.appearance.on_every_page",
            ],
            "builtins": ["django.templatetags.i18n", "pingjia.ui.templatetags.pingjia"],
        },
    }
]

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "desks:home"
LOGOUT_REDIRECT_URL = "desks:front"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "pingjia" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a missing folder; without collected files it asks the finders
STATICFILES_DIRS = [("booth", PINGJIA_BOOTH_DIST)] if PINGJIA_BOOTH_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nothing of ours is for pages of others to fetch
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")  # last, so that the field templates of pingjia.ui win

# The signed-in side. The booth neither sets nor reads a cookie; see pingjia.ui.hosts.
_https = PINGJIA_SITE.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
# "no-referrer" would make browsers send "Origin: null" with every form, which the check against forged forms refuses.
# To another origin nothing is sent either way; the booth and the pages that lead to it keep "no-referrer".
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# A proxy speaks HTTPS for us, and plain HTTP to us: a form's true origin is what we were told, not what we see.
CSRF_TRUSTED_ORIGINS = [PINGJIA_SITE]
CSRF_FAILURE_VIEW = "pingjia.ui.refusals.stale_form"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# No request line is ever logged: an address beside a time is half of a link between member and ballot.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "pingjia": {"handlers": ["console"], "level": "INFO"},
        "django": {"handlers": ["console"], "level": "ERROR"},
        "django.request": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": [], "propagate": False},
    },
}
