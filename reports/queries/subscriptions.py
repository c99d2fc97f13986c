"""What people chose of the mails that the rules leave to them, by person as mail knows them."""

from typing import Any

from reports.models import Subscription
from reports.queries.recipients import ACCOUNT_MARK


def wishes(user: Any) -> dict[str, bool]:
    """A person's own choices by topic; absent where none was made."""
    return dict(Subscription.objects.filter(user=user).values_list("topic", "wanted"))


def keys_with(topic: str, *, wanted: bool) -> frozenset[str]:
    """The keys of recipients who chose so: the person's code, or the account's own key; one statement."""
    rows = Subscription.objects.filter(topic=topic, wanted=wanted, user__is_active=True)
    people = rows.values_list("user__person", "user_id")
    return frozenset(person or f"{ACCOUNT_MARK}{account}" for person, account in people)
