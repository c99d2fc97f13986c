"""The product's settings, with what a test run needs replaced: a folder of its own, a cheap hasher, plain static files.

DATABASE_URL and REDIS_URL are read as always, so that the same tests run on PostgreSQL and Redis.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portfolio-test-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ["SECRET_KEY"] = "a key for tests only, as long as a real one has to be 0123456789"
for name in (
    "HOST",
    "PORT",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "BUSINESS_DATE",
    "DEBUG",
    "DEMO",
    "DEMO_PASSWORD",
    "ADMIN_PASSWORD",
    "EMAIL_URL",
    "MAIL_FROM",
    "MAIL_DOMAINS",
    "TLS",
):
    os.environ.pop(name, None)

from portfolio.settings import *  # noqa: E402
from portfolio.setup import catalogues  # noqa: E402

catalogues.compile_all(BASE_DIR, VAR / "locale")  # what the tests read is what the .po files say now

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 would take most of the run
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATICFILES_DIRS = [("vendor", folder)] if (folder := BASE_DIR / "var" / "vendor").is_dir() else []
TEST_REDIS_URL, REDIS_URL = REDIS_URL, ""  # only a test that asks for `redis_url` publishes anything
BUSINESS_DATE = None  # a test says what day it is
STATIC_ROOT.mkdir(parents=True)  # whitenoise warns about a missing one, and warnings are errors
ARCHIVE_ROOT.mkdir(parents=True)
Path(MAIL["folder"]).mkdir(parents=True)
