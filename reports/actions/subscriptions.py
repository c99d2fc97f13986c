"""Which mails a person wants beyond those that are due to everybody; each has only his or her own to choose."""

from collections.abc import Mapping
from typing import Any, Final

from portfolio.web.access import Act, require
from reports.models import Subscription
from reports.queries.subscriptions import wishes

DEFAULTS: Final = {
    Subscription.Topic.IMMEDIATE.value: False,
    Subscription.Topic.OVERVIEW.value: True,
    Subscription.Topic.ALL_LISTS.value: False,
}
"""A new red light waits for the next morning; the first working day of a week brings an overview in any case, of all
lists only to who oversees them and says so."""


def subscribe(*, by: Any, wanted: Mapping[str, bool]) -> bool:
    """Set one's own wishes by topic; whether that changes anything. Raises Forbidden, KeyError for no topic."""
    require(by, Act.SUBSCRIBE)
    now = wishes(by)
    changed = {topic: value for topic, value in wanted.items() if now.get(topic, DEFAULTS[topic]) != value}
    for topic, value in changed.items():
        Subscription.objects.update_or_create(user=by, topic=topic, defaults={"wanted": value})
    return bool(changed)
