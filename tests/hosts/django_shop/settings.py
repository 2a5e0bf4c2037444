"""Django's own project template, less the database: sessions are in signed cookies, as they may be."""

from __future__ import annotations

from pathlib import Path

from tests.hosts import shop

SECRET_KEY = shop.SECRET
ALLOWED_HOSTS = ["shop.example"]
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tests.hosts.django_shop.urls"
APPEND_SLASH = False  # the paths of the shop have their slashes where they have them

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).with_name("templates"), shop.TEMPLATES],
        "OPTIONS": {
            "environment": "tests.hosts.django_shop.jinja.environment",
            "context_processors": ["tests.hosts.django_shop.jinja.for_templates"],
        },
    },
]

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_SAMESITE = "Strict"
FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000  # so that the picture becomes a temporary file

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
