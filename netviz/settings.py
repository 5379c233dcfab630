"""Settings of the site. Everything an operator may change comes from the environment and has a safe default."""

import os
from pathlib import Path

from csp.constants import NONCE

from netviz.env import env_bool, env_database, env_hosts, env_int, env_list, env_origins, secret_key

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parent
IN_A_CHECKOUT = (REPOSITORY / "manage.py").is_file()
_ASSETS = REPOSITORY if IN_A_CHECKOUT else PACKAGE

# Where things are kept
DATA_DIR = Path(os.environ.get("NETVIZ_DATA_DIR") or ".data").resolve()
DATABASES = {"default": env_database("DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = secret_key("NETVIZ_SECRET_KEY", DATA_DIR)

# Who may come
DEBUG = False
ALLOWED_HOSTS = env_hosts("NETVIZ_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

# Sites that may show a trace in a frame; everything else is never shown in one
NETVIZ_EMBED_ANCESTORS = env_origins("NETVIZ_EMBED_ANCESTORS")

# Limits; a message that refuses something names its setting
NETVIZ_MAX_UPLOAD_BYTES = env_int("NETVIZ_MAX_UPLOAD_BYTES", 10 * 1024 * 1024)
NETVIZ_MAX_FILES = env_int("NETVIZ_MAX_FILES", 10_000)
NETVIZ_MAX_DOCUMENTS = env_int("NETVIZ_MAX_DOCUMENTS", 20_000)
NETVIZ_MAX_DEPTH = env_int("NETVIZ_MAX_DEPTH", 64)
NETVIZ_MAX_EXPANDED_VALUES = env_int("NETVIZ_MAX_EXPANDED_VALUES", 1_000_000)
NETVIZ_MAX_PODS = env_int("NETVIZ_MAX_PODS", 20_000)
NETVIZ_MAX_ENDPOINTS = env_int("NETVIZ_MAX_ENDPOINTS", 200_000)
NETVIZ_MAX_MATRIX = env_int("NETVIZ_MAX_MATRIX", 2_000)
NETVIZ_MAX_MESSAGE_BYTES = env_int("NETVIZ_MAX_MESSAGE_BYTES", 64 * 1024)
NETVIZ_MAX_WORKSPACES = env_int("NETVIZ_MAX_WORKSPACES", 20_000)
NETVIZ_MAX_WORKSPACES_PER_ADDRESS = env_int("NETVIZ_MAX_WORKSPACES_PER_ADDRESS", 2_000)
NETVIZ_MAX_STORED_BYTES = env_int("NETVIZ_MAX_STORED_BYTES", 4 * 1024**3)
NETVIZ_MAX_VERSIONS = env_int("NETVIZ_MAX_VERSIONS", 30)
NETVIZ_MAX_DRAFTS = env_int("NETVIZ_MAX_DRAFTS", 1_000)
NETVIZ_MAX_DRAFTS_PER_WORKSPACE = env_int("NETVIZ_MAX_DRAFTS_PER_WORKSPACE", 50)
NETVIZ_MAX_DRAFT_BYTES = env_int("NETVIZ_MAX_DRAFT_BYTES", 256 * 1024**2)
NETVIZ_DRAFT_MINUTES = env_int("NETVIZ_DRAFT_MINUTES", 120)
NETVIZ_EXPIRY_DAYS = env_int("NETVIZ_EXPIRY_DAYS", 30)

# Labs besides those of NetViz; netviz/labs/library.py reads it as well, without Django
NETVIZ_LABS = os.environ.get("NETVIZ_LABS") or ""

# Classes
REDIS_URL = os.environ.get("REDIS_URL", "").strip()
NETVIZ_PUBLIC_URLS = env_list("NETVIZ_PUBLIC_URLS", [])
NETVIZ_MAX_CLASSES_PER_ADDRESS = env_int("NETVIZ_MAX_CLASSES_PER_ADDRESS", 500)
NETVIZ_MAX_CLASS_MEMBERS = env_int("NETVIZ_MAX_CLASS_MEMBERS", 5_000)
NETVIZ_MAX_WRONG_CODES = env_int("NETVIZ_MAX_WRONG_CODES", 20)
NETVIZ_CLASS_MESSAGES_PER_SECOND = env_int("NETVIZ_CLASS_MESSAGES_PER_SECOND", 20)
NETVIZ_CLASS_DAYS = env_int("NETVIZ_CLASS_DAYS", 30)

# The processes that do the engine's work
NETVIZ_ENGINE = "netviz.engine"
NETVIZ_WORKERS = env_int("NETVIZ_WORKERS", max(2, min(4, os.cpu_count() or 2)))
NETVIZ_ENGINE_SECONDS = env_int("NETVIZ_ENGINE_SECONDS", 60)
NETVIZ_ENGINE_MEMORY_MB = env_int("NETVIZ_ENGINE_MEMORY_MB", 2048, least=128)
NETVIZ_ENGINE_QUEUE = env_int("NETVIZ_ENGINE_QUEUE", 64)

# Django's own limits follow ours. Uploads stay in memory: what is not masked yet never touches a disk.
_BODY_BYTES = NETVIZ_MAX_UPLOAD_BYTES + 1024 * NETVIZ_MAX_FILES
NETVIZ_MAX_BODY_BYTES = _BODY_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = _BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = _BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = NETVIZ_MAX_FILES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2 * NETVIZ_MAX_FILES + 100
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

INSTALLED_APPS = ["netviz", "netviz.classroom", "channels", "csp", "django.contrib.staticfiles"]
MIDDLEWARE = [
    "netviz.security.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "netviz.security.OwnPagesOnly",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "netviz.urls"
ASGI_APPLICATION = "netviz.asgi.application"

# Safety in the browser (netviz/security.py has the rest)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Templates and static files: from the checkout as they are, or collected under hashed names
STATIC_FROM_SOURCE = env_bool("NETVIZ_STATIC_FROM_SOURCE", IN_A_CHECKOUT)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_ASSETS / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
            "loaders": ["django.template.loaders.filesystem.Loader"]
            if STATIC_FROM_SOURCE
            else [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
        },
    }
]
NETVIZ_DOCUMENTS = _ASSETS / "docs"
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("NETVIZ_STATIC_ROOT") or DATA_DIR / "static").resolve()
STATICFILES_DIRS = [_ASSETS / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "netviz.storage.HashedStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = STATIC_FROM_SOURCE
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The page speaks the language that the browser asks for, or the one that was chosen on it (a cookie)
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "netviz_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [_ASSETS / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING"},
        "netviz": {"handlers": ["console"], "level": "INFO"},
    },
}
