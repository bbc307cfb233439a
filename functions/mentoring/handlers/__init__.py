"""The functions' edges: one module a Lambda."""
