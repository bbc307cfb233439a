"""What a tree must satisfy before it is released. Every check yields problems with page and reason."""

from build.checks.tree import Expected, check_tree

__all__ = ["Expected", "check_tree"]
