"""What the tests of workbooks share."""

import pytest

from tests.reports import small


@pytest.fixture
def portfolio(db):
    """The small portfolio, as it stands after its correction."""
    small.build()
