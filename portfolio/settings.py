"""Settings in one short file; every choice that an office may make comes from the environment, through env.py."""

from datetime import date
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portfolio import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env.folder()

DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", env.kept(VAR / "demo", "1") == "1")  # set-up keeps the choice, for the commands typed later
SECRET_KEY = env.secret("SECRET_KEY", VAR / "secret_key")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole("PORT", 8000, least=1, most=65535)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", f"127.0.0.1,localhost,[::1],{HOST}")
SITE_URL = env.text("SITE_URL", f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}").rstrip("/")
DEMO_BUSINESS_DATE = date(2024, 1, 12)
BUSINESS_DATE = env.day("BUSINESS_DATE") or (DEMO_BUSINESS_DATE if DEMO else None)
DEMO_PASSWORD = env.secret("DEMO_PASSWORD", VAR / "demo_password", size=9) if DEMO else ""

INSTALLED_APPS = [
    "portfolio",
    "projects",
    "reports",
    "portfolio.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portfolio.web.stand_ins.StandInMiddleware",  # before the doors: they ask whose rights these are
    "portfolio.web.doors.DoorMiddleware",  # Django's LoginRequiredMiddleware, and a right for each view
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portfolio.web.responses.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portfolio.urls"
WSGI_APPLICATION = "portfolio.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portfolio.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {name: f"portfolio.web.templatetags.{name}" for name in ("shell", "badges", "charts")},
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database("DATABASE_URL", VAR / "portfolio.sqlite3")}

# ---- sign-in and sessions
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # fifteen minutes are fifteen minutes
AXES_USERNAME_CALLABLE = "portfolio.web.attempts.counted_name"
AXES_CLIENT_IP_CALLABLE = "portfolio.web.events.address_of"
AXES_DISABLE_ACCESS_LOG = True  # the product's own log is chained
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "portfolio/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
SESSION_COOKIE_AGE = 1800  # seconds without a request, after which one signs in again
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# ---- what a browser may load: this site and nothing else, no inline script or style
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the office's other hosts are not this product's to bind to TLS
    "security.W021",
    "models.W040",  # an index that covers further columns serves PostgreSQL; SQLite keeps its key
]
SECURE_REFERRER_POLICY = "same-origin"
TLS = env.flag("TLS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# ---- language, time, numbers
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [VAR / "locale" / app for app in ("portfolio", "projects", "reports")]  # compiled at set-up
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ---- files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [("vendor", VAR / "vendor")] if (VAR / "vendor").is_dir() else []
ARCHIVE_ROOT = VAR / "archive"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {"BACKEND": "portfolio.web.static_files.ModuleStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a county's month in one table: a dozen fields a project

# ---- mail
MAIL = env.email("EMAIL_URL", VAR / "mail")
EMAIL_BACKEND = MAIL["backend"]
EMAIL_FILE_PATH = MAIL.get("folder")
EMAIL_HOST = MAIL.get("host", "")
EMAIL_PORT = MAIL.get("port", 25)
EMAIL_HOST_USER = MAIL.get("user", "")
EMAIL_HOST_PASSWORD = MAIL.get("password", "")
EMAIL_USE_SSL = MAIL.get("ssl", False)
EMAIL_USE_TLS = MAIL.get("starttls", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "key-projects@demo.invalid")
MAIL_DOMAINS = env.words("MAIL_DOMAINS")  # recipients outside these domains are withheld; empty: any
MAIL_RATE = env.whole("MAIL_RATE", 0, least=0, most=100_000)  # letters a minute, all workers together; 0: no limit
MAIL_KEEP_DAYS = env.whole("MAIL_KEEP_DAYS", 1095, least=0, most=36_500)  # then a mail's text goes; 0: never
WEBHOOKS = env.words("WEBHOOKS")  # chat rooms: dingtalk://…, wecombot://…, feishu://…; secrets; empty: none is told
MAIL_CONTACT = env.text("MAIL_CONTACT")  # whom a mail's reader asks; empty: the first account of the city office

# ---- broker: REDIS_URL, or the one that the supervisor starts and names in its children's environment
# and in a file, so that a command typed meanwhile reaches the worker. Without one, commands still work.
REDIS_URL = env.broker("REDIS_URL", env.kept(VAR / "run" / "broker_url"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("portfolio", "projects", "reports")},
}
