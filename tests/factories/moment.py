"""The moment at which test rows were made."""

from datetime import UTC, datetime

MOMENT = datetime(2024, 1, 12, 1, 0, tzinfo=UTC)
