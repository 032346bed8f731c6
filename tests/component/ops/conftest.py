"""The private servers that the tests of this folder use."""

from tests.servers import servers

__all__ = ["servers"]
