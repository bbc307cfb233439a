"""Makes staff's Markdown tables say what heads what, for those who hear them or reach them by keyboard.

A column's header gets its scope, and each cell its column's name, which narrow screens show before it. A
row's first cell that is bold as a whole becomes the row's header. A wide table scrolls sideways inside a
region that the keyboard reaches and that the heading above it names.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

AFTER_HEADING_IDS = 1  # the toc extension, which gives headings their ids, runs at 5
HEADINGS = {"h2", "h3", "h4"}


class AccessibleTables(Extension):
    """The Markdown extension that pelicanconf.py names."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's own name
        """Add the step that runs on each page's tree."""
        md.treeprocessors.register(TableHeaders(md), "table-headers", AFTER_HEADING_IDS)


class TableHeaders(Treeprocessor):
    """Walks a page's blocks in order, so that a table knows the heading it stands under."""

    def run(self, root: Element) -> None:
        """Change the page's tables in place."""
        heading = ""
        for position, block in enumerate(root):
            if block.tag in HEADINGS:
                heading = block.get("id", "")
            elif block.tag == "table":
                block.set("class", "govuk-table")
                _scope(block)
                root[position] = _region(block, heading)


def _scope(table: Element) -> None:
    for header in table.iterfind("thead/tr/th"):
        header.set("scope", "col")
    for cell in _row_headers(table):
        bold = cell[0]
        cell.tag, cell.text = "th", bold.text
        cell[:] = list(bold)
        cell.set("scope", "row")
    columns = ["".join(header.itertext()) for header in table.iterfind("thead/tr/th")]
    for row in table.iterfind("tbody/tr"):
        for column, cell in zip(columns, row, strict=True):
            if cell.tag == "td" and column:
                cell.set("data-label", column)


def _row_headers(table: Element) -> Iterator[Element]:
    for row in table.iterfind("tbody/tr"):
        cell = row[0]
        is_bold = len(cell) == 1 and cell[0].tag == "strong"
        if is_bold and not (cell.text or "").strip() and not (cell[0].tail or "").strip():
            yield cell


def _region(table: Element, heading: str) -> Element:
    # A section with a name is a region; without one it would be a nameless stop.
    tag, named = ("section", {"aria-labelledby": heading}) if heading else ("div", {})
    region = Element(tag, {"class": "wide-table", "tabindex": "0"} | named)
    region.tail, table.tail = table.tail, "\n"
    region.append(table)
    return region
