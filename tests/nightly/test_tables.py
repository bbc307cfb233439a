"""Staff write plain Markdown tables; the page says what heads what."""

from markdown import markdown

TABLE = """
## Who sees what

| What | Public | Members |
|---|---|---|
| **Profile** | If you choose | Yes |
| **Address:** street | Never | Never |
"""


def html_of(text: str) -> str:
    return markdown(text, extensions=["tables", "toc", "build.tables:AccessibleTables"], output_format="html")


def test_columns_and_rows_have_headers() -> None:
    """A bold first cell heads its row; a cell that is bold in part stays one, and cells name their column."""
    html = html_of(TABLE)
    assert '<th scope="col">Public</th>' in html
    assert '<th scope="row">Profile</th>' in html
    assert '<td data-label="What"><strong>Address:</strong> street</td>' in html
    assert '<td data-label="Members">Yes</td>' in html


def test_table_scrolls_in_a_region_named_by_its_heading() -> None:
    """A wide table can be reached by keyboard, under the name of the heading above it."""
    html = html_of(TABLE)
    assert '<h2 id="who-sees-what">' in html
    assert 'aria-labelledby="who-sees-what"' in html
    assert html.index("<section") < html.index("<table")


def test_table_without_a_heading_has_no_nameless_region() -> None:
    """A region needs a name, so a table that no heading precedes is none."""
    assert "<section" not in html_of(TABLE.replace("## Who sees what", ""))
