"""A tree is spoilt in one way at a time; the checks must name the page and the reason, and nothing else."""

import html
import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.checks.apart import CheckDiedError
from build.checks.fall import check_fall
from build.checks.identity import IdentityCheck, folded_line, letters, letters_of_phrase
from build.checks.markup import check_markup
from build.checks.tree import Expected, check_tree
from build.listings import ForMembers, Listed, Selection
from build.search.encoding import Entry, row_list, shard_of
from build.targets import Manifest
from mentoring.content import Content
from mentoring.domain.email_addresses import find_addresses
from mentoring.domain.listing import MembersListing, Withheld
from tests.nightly.site import Released

MENTOR = "en/mentors/robin-nguyen-1/index.html"
PAGE = "/en/mentors/robin-nguyen-1/"
WRITTEN = (
    *(
        "noir",
        "É",
        "e\u0301",
        "&eacute;",
        "&#233;",
        "&NotEqual",
        "œ",
        "ß",
        "İ",
        "™",
        "ﬁ",
        "ſ",
        "Ω",
        "日本",
        "\u0651",
    ),
    *(" ", "\u200b", "’", "-", "_", "&", ";", "<b", ">", "</p", ' class="', ' title="', '"', "\u2028", "7"),
)
STAFF = "fr/questions/index.html"


@pytest.fixture
def spoilt(released: Released, tmp_path: Path) -> Expected:
    """A copy of a good tree, to be spoilt."""
    tree = tmp_path / "tree"
    shutil.copytree(released.expected.tree, tree)
    return replace(released.expected, tree=tree)


def change(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace a text that the file must have, once."""

    def spoil(tree: Path) -> None:
        text = (tree / file).read_text()
        assert old in text
        (tree / file).write_text(text.replace(old, new, 1))

    return spoil


def say(words: str) -> Callable[[Path], None]:
    """Put words at the end of the mentor's page."""
    return change(MENTOR, "</main>", f"<p>{words}</p></main>")


def remove(file: str) -> Callable[[Path], None]:
    """Remove a file."""
    return lambda tree: (tree / file).unlink()


def copy(file: str, to: str) -> Callable[[Path], None]:
    """Copy a page to where none should be."""

    def spoil(tree: Path) -> None:
        (tree / to).parent.mkdir(parents=True)
        shutil.copyfile(tree / file, tree / to)

    return spoil


def test_a_good_tree_passes(released: Released) -> None:
    """What the renderer makes of mentors of every kind has no fault."""
    checked = check_tree(released.expected)
    assert checked.problems == []
    assert checked.files == Manifest.of(released.expected.trees, []).files


def test_processes_find_what_one_finds(spoilt: Expected) -> None:
    """DIR-12: a process a language says what this one would; one that dies is taken for no answer."""
    say("Black")(spoilt.tree)
    change(STAFF, "<h1", "<h1>x</h1><h1")(spoilt.tree)
    checked = check_tree(spoilt, few=0)
    assert checked == check_tree(spoilt)
    assert [(each.page, each.kind) for each in checked.problems] == [
        (PAGE, "identity"),
        ("/fr/questions/", "heading"),
    ]
    (spoilt.tree / STAFF).write_bytes(b"\xff Black")
    with pytest.raises(CheckDiedError, match=r"^UnicodeDecodeError$"):
        check_tree(spoilt, few=0)


@pytest.mark.parametrize(
    ("spoil", "page", "kind"),
    [
        (say("robin@example.org"), PAGE, "address"),
        (say("robin&#64;example&#46;org"), PAGE, "address"),
        (say("robin%40example%2Eorg"), PAGE, "address"),
        (say(r"robin\u0040example.org"), PAGE, "address"),
        (say("robin＠example.org"), PAGE, "address"),
        (change("robots.txt", "User", "# robin@example.org\nUser"), "/robots.txt", "address"),
        (say("Black"), PAGE, "identity"),
        (say("noir"), PAGE, "identity"),
        (say("Noire"), PAGE, "identity"),
        (say('<span title="Acadian">x</span>'), PAGE, "identity"),
        (say("<!-- two-spirit -->"), PAGE, "identity"),
        (say("H&eacute;t&eacute;rosexuel"), PAGE, "identity"),
        (say("M-000001"), PAGE, "member-id"),
        (say('<a href="/en/mentors/robin-nguyen-90/">x</a>'), PAGE, "withheld"),
        (say('<a href="/en/mentors/robin-nguyen-91/">x</a>'), PAGE, "withheld"),
        (remove("fr/questions/index.html"), "/en/questions/", "twin"),
        (copy(MENTOR, "en/extra/index.html"), "/en/extra/", "twin"),
        (change(STAFF, 'href="/fr/', 'href="/fr/nowhere/'), "/fr/questions/", "link"),
        (change(STAFF, 'href="#', 'href="#nowhere-'), "/fr/questions/", "fragment"),
        (change(STAFF, "<h1", "<h1>x</h1><h1"), "/fr/questions/", "heading"),
        (change(STAFF, '<html lang="fr"', '<html lang="en"'), "/fr/questions/", "language"),
        (change(STAFF, "<title>", "<title></title><title>"), "/fr/questions/", "title"),
        (change(STAFF, "<title>", "<title> </title><!--"), "/fr/questions/", "title"),
        (change(STAFF, 'rel="canonical" href="', 'rel="canonical" href="/x'), "/fr/questions/", "canonical"),
        (change(STAFF, 'hreflang="en" href="', 'hreflang="en" href="/x'), "/fr/questions/", "hreflang"),
        (change(MENTOR, "</head>", '<meta name="robots" content="noindex"></head>'), PAGE, "robots"),
        (change(STAFF, "</main>", "<p></div></main>"), "/fr/questions/", "markup"),
    ],
)
def test_each_fault_is_named(spoilt: Expected, spoil: Callable[[Path], None], page: str, kind: str) -> None:
    """SAF-4, DIR-12, MOD-27: every kind of fault is found, with its page and its reason."""
    spoil(spoilt.tree)
    assert (page, kind) in {(problem.page, problem.kind) for problem in check_tree(spoilt).problems}


def test_a_private_answer_in_the_index_is_found(spoilt: Expected) -> None:
    """DIR-12: a new field, a word among the words, or a member number in a mentor's row stops the build."""
    row = spoilt.selection.arrangement.rows.index(
        next(row for row in spoilt.selection.arrangement.rows if row.listing.slug == "robin-nguyen-1")
    )
    folder = (spoilt.tree / spoilt.index_url[1:]).parent
    file = folder / f"cards/{row}.json"
    good = file.read_bytes()
    for field, kind in (("black", "identity"), ("M-000001", "member-id")):
        file.write_text(json.dumps([*json.loads(good), field]))
        found = [(problem.kind, problem.detail) for problem in check_tree(spoilt).problems]
        assert found == [(kind, "robin-nguyen-1")]
    file.write_bytes(good)
    words = folder / "text/0.bin"
    words.write_bytes(words.read_bytes() + shard_of([Entry("acadienne", [row])], 45))
    found = [(problem.kind, problem.detail) for problem in check_tree(spoilt).problems]
    assert found == [("identity", "robin-nguyen-1")]


def test_a_file_that_no_part_of_the_build_writes_is_found(spoilt: Expected) -> None:
    """DIR-12: what is private stays out of the public tree as a file of its own, too."""
    shutil.copyfile(spoilt.members_tree / "index.json", spoilt.tree / "data/members.json")
    shutil.copyfile(spoilt.members_tree / "index.json", spoilt.tree / "en/index.json")
    found = {(problem.page, problem.kind) for problem in check_tree(spoilt).problems}
    assert found == {("/data/members.json", "stray"), ("/en/index.json", "stray")}


def test_an_index_without_a_mentor_is_found(spoilt: Expected) -> None:
    """Invariant 24: the search and the pages show the same mentors, under the same values."""
    folder = (spoilt.tree / spoilt.index_url[1:]).parent
    facets = (folder / "facets.bin").read_bytes()
    (folder / "facets.bin").write_bytes(facets[:2] + row_list([], 45) + facets[3:])
    assert [problem.detail for problem in check_tree(spoilt).problems] == ["facets"]
    (folder / "facets.bin").write_bytes(facets)
    (folder / "cards/0.json").write_bytes((folder / "cards/1.json").read_bytes())
    assert [problem.kind for problem in check_tree(spoilt).problems] == ["mentors-differ"]


@pytest.mark.parametrize(
    ("own", "answers"),
    [
        ({"areas": ("indigenous-health",)}, {"race": ("indigenous",)}),
        ({"name": "Emily White"}, {"race": ("white",)}),
        ({"languages": ("fr", "en")}, {"ethnicity": ("French", "English")}),
        ({"bio": {"en": "As a Black woman, I listen."}}, {"race": ("black",), "gender": ("woman",)}),
        ({"city": "White Rock"}, {"race": ("white",)}),
    ],
)
def test_public_words_are_no_leak(
    released: Released, content: Content, own: dict[str, object], answers: dict[str, tuple[str, ...]]
) -> None:
    """DIR-12: words that a mentor publishes, or that a public label is made of, raise no false alarm."""
    listed = _listed(released, "robin-nguyen-2", own, answers)
    shown = " ".join(
        [listed.listing.name, listed.listing.city, *listed.listing.bio.values()]
        + [content.vocabularies["areas"].label(area, "en") for area in listed.listing.areas]
        + [content.vocabularies["languages"].label(each, "en") for each in listed.listing.languages]
    )
    page = (released.tree / "en/mentors/robin-nguyen-2/index.html").read_text()
    check = IdentityCheck(content, {"en": released.expected.answers["en"].references})
    assert not check.is_said(listed, "en", _with(page, shown))


def test_a_leak_beside_a_like_label_is_found(released: Released, content: Content) -> None:
    """DIR-12: "Indigenous health" as an area does not hide "Indigenous" as an answer."""
    listed = _listed(released, "robin-nguyen-2", {"areas": ("indigenous-health",)}, {"race": ("indigenous",)})
    page = (released.tree / "en/mentors/robin-nguyen-2/index.html").read_text()
    check = IdentityCheck(content, {"en": released.expected.answers["en"].references})
    assert check.is_said(listed, "en", _with(page, "Indigenous health</p> Indigenous<p>"))


@given(st.lists(st.sampled_from(WRITTEN), max_size=12).map("".join))
def test_no_word_is_overlooked(line: str) -> None:
    """DIR-12: whatever word a line says, the quick look finds its letters; it may find more."""
    found = letters(html.unescape(line))
    assert all(letters_of_phrase(word) in found for word in folded_line(line).split())


def test_the_associations_own_addresses_pass() -> None:
    """DIR-21: what looks like an address and is none, is none; what is one, is found."""
    assert list(find_addresses("govuk-frontend@6.1.0 @media screen, 12 @ noon. Nobody@ here")) == []
    assert list(find_addresses("<a href='mailto:OTmentor@caot.ca'>")) == ["otmentor@caot.ca"]
    assert list(find_addresses(f"{'a' * 300_000}@b")) == []
    assert list(find_addresses(b64encode(b"x" * 300_000).decode())) == []


@pytest.mark.parametrize(
    "body",
    [
        "<p>x</div>",
        "<div><span></div>",
        "<ul><li>x</ul>",
        '<p id="a"></p><p id="a"></p>',
        '<p class="a" class="b"></p>',
        "<p><div></div></p>",
        '<a href="x>y</a>',
    ],
)
def test_markup_that_browsers_mend_is_found(body: str) -> None:
    """Issue 2, item 10: what a browser would have to mend is no valid page."""
    page = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    assert list(check_markup("/en/", page))
    assert list(check_markup("/en/", page.replace(body, "<br><p>x &amp; y</p>"))) == []


@pytest.mark.parametrize(
    ("public", "members", "withdrawn", "is_stopped"),
    [
        ((100, 80), (0, 0), 0, False),
        ((100, 79), (0, 0), 0, True),
        ((100, 60), (0, 0), 30, False),
        ((100, 50), (0, 0), 30, True),
        ((100, 79), (900, 900), 0, True),
        ((100, 85), (100, 75), 0, False),
        ((100, 85), (100, 74), 0, True),
        ((2, 2), (2, 1), 0, True),
        ((100, 60), (10, 50), 0, False),
    ],
)
def test_the_brake_counts_all_but_withdrawals(
    released: Released, public: tuple[int, int], members: tuple[int, int], withdrawn: int, is_stopped: bool
) -> None:
    """Invariant 22: of those before, a fall of 20% passes and one more mentor stops it, whoever sees them.

    Withdrawals are taken out, and so is who chose to be seen by members alone.
    """
    some = released.expected.selection.listed[0]
    (mentor,) = Manifest.of(released.expected.trees, [some.listing]).mentors.values()

    def names(kind: str, count: int) -> list[str]:
        return [f"{kind}-{number}" for number in range(count)]

    def for_members(slug: str) -> ForMembers:
        shown = MembersListing(listing=replace(some.listing, slug=slug), identity={})
        return ForMembers(shown=shown, is_public=False, subjects=frozenset({"listing"}))

    previous = Manifest(
        files={},
        mentors=dict.fromkeys(names("m", public[0]), mentor),
        members_only=dict.fromkeys(names("o", members[0]), mentor),
    )
    chose = [f"m-{public[0] - 1 - number}" for number in range(max(0, members[1] - members[0]))]
    selection = Selection(
        arrangement=released.expected.selection.arrangement,
        listed=[replace(some, listing=replace(some.listing, slug=slug)) for slug in names("m", public[1])],
        for_members=[for_members(slug) for slug in [*names("o", members[1] - len(chose)), *chose]],
        withheld={f"m-{99 - number}": Withheld.OPTED_OUT for number in range(withdrawn)},
        unreadable=(),
    )
    percent = released.site.content.policy.publishing[0].largest_fall_percent
    assert bool(check_fall(selection, previous, percent)) is is_stopped


def _with(page: str, words: str) -> list[bytes]:
    return page.replace("</main>", f"<p>{words}</p></main>").encode().split(b"\n")


def _listed(
    released: Released, slug: str, own: dict[str, object], answers: dict[str, tuple[str, ...]]
) -> Listed:
    listing = next(each for each in released.expected.selection.listings if each.slug == slug)
    return Listed(listing=replace(listing, **own), member_id="M-1", identity=answers)  # type: ignore[arg-type]
