"""Chromium as the tests have it, and a page in it that somebody has signed in to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from portfolio.models import User

playwright = pytest.importorskip("playwright.sync_api")

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
]  # fmt: skip
PATIENCE = 15_000
"""Milliseconds until what is expected has to be seen: a busy machine is no fault of a page."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=FLAGS)
        yield opened
        opened.close()


def page_of(browser: Any, live_server: Any, user: User, width: int) -> Any:
    """A page signed in as the user; what the console reports is kept on it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": 900}, base_url=live_server.url
    )
    context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page
