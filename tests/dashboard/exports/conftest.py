"""The same Pod as the presenters' tests have."""

from __future__ import annotations

import pytest

from dashboard.presenters.page import PodPage
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import checkout


@pytest.fixture
def page() -> PodPage:
    """`checkout` at 3:42.0, while `app` is being stopped for the third time."""
    return page_of(checkout(222.0).entries, 222_000)
