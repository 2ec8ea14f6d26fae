"""A node to type on."""

import pytest

from tests.simulator.kubectl.fakes import Node


@pytest.fixture
def node() -> Node:
    return Node()
