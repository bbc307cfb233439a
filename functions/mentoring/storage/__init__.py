"""The member database: one module an aggregate, each record written and read whole. See README.md."""
