"""What a tree must satisfy before it is released. Every check yields problems with page and reason."""
