"""{% shell as shell %}: what the page frame shows of account, day, languages and version. Asks no database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import get_script_prefix

from portfolio import clock
from portfolio.models import User
from portfolio.version import VERSION
from portfolio.web import navigation
from portfolio.web.access import Act, may
from portfolio.web.navigation import Entry
from portfolio.web.stand_ins import may_have

register = template.Library()


@dataclass(frozen=True, slots=True)
class Language:
    """A language under its own name, as its readers look for it."""

    code: str
    own_name: str


LANGUAGES = (Language("zh-hans", "简体中文"), Language("en", "English"))


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the frame prints. `user` is None for an anonymous visitor and where no request is at hand."""

    user: User | None
    navigation: list[navigation.Entry]
    here: str
    home: str
    demo: bool
    business_date: date | None
    admin_url: str
    more: tuple[Entry, ...] = ()
    stand_ins: bool = False
    subscriptions: bool = False
    version: str = VERSION
    languages: tuple[Language, ...] = LANGUAGES


@register.simple_tag(takes_context=True)
def shell(context: Context) -> Shell:
    """The frame's facts for this request."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    known = user if isinstance(user, User) and user.is_authenticated else None
    path = request.path if request is not None else get_script_prefix()
    section = context.get("section")  # a page that belongs to another section than its address says
    return Shell(
        user=known,
        navigation=navigation.entries(known, get_script_prefix() + section if section else path) if known else [],
        here=request.get_full_path() if request is not None else path,
        home=navigation.home(known),
        demo=settings.DEMO,
        business_date=clock.today() if clock.is_moved() else None,
        admin_url=get_script_prefix() + "admin/" if known and known.is_staff and not known.acted_by else "",
        more=tuple(navigation.more(known)) if known else (),
        stand_ins=known is not None and may_have(known),
        subscriptions=known is not None and may(known, Act.SUBSCRIBE),
    )
