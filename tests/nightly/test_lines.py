"""A line is looked at once, and again wherever it could say something else."""

import pytest

from build.checks.lines import KnownLines


def test_a_line_is_looked_at_once() -> None:
    """SAF-4: what no page before had is unread; what every page has is read with the first."""
    lines = KnownLines()
    assert set(lines.unread([b"<p>a</p>", b"<p>b</p>"]).split()) == {"<p>a</p>", "<p>b</p>"}
    assert lines.unread([b"<p>a</p>", b"<p>c</p>", b"<p>b</p>"]).split() == ["<p>c</p>"]


@pytest.mark.parametrize(
    "page",
    [
        "robin\n<p>x</p>\n@example.org",
        "robin\n@example.org",
        "robin&#64;\nexample.org",
        '<a title="one\n<p>x</p>\ntwo" href="/en/mentors/somebody/">',
    ],
)
def test_what_lines_say_together_is_read_whole(page: str) -> None:
    """SAF-4: an address or an attribute over several lines is seen though each of the others is known."""
    lines = KnownLines()
    for line in page.encode().split(b"\n"):
        lines.unread([line])
    assert lines.unread(page.encode().split(b"\n")) == page


def test_a_link_that_depends_on_its_page_is_never_known() -> None:
    """SAF-4: a link to a place in its page, or beside it, is followed from every page."""
    lines = KnownLines()
    for link in ('<a href="#main">x</a>', '<a href="further/">x</a>', 'href="#main">x</a>'):
        lines.unread([link.encode()])
        assert lines.unread([link.encode()]).strip() == link
