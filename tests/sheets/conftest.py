"""What the tests of sheets share."""

import pytest

from tests.sheets import books


@pytest.fixture
def book():
    """An empty Chinese book."""
    with books.book() as made:
        yield made


@pytest.fixture
def english_book():
    """An empty English book."""
    with books.book("en") as made:
        yield made
