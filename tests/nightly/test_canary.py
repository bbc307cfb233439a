"""A mentor whose private answers are like nothing else: no byte of the public tree may hold them."""

from build.report import Outcome
from mentoring.domain.profile import Audience
from tests.canary import IDENTITY, MAILBOX, writings
from tests.nightly.site import Site, consents, files_of

MEMBER_ID = "M-424242"


def test_private_answers_leave_no_byte(site: Site) -> None:
    """DIR-12, invariant 19: identity in own words, mailbox and member number are nowhere in the tree."""
    site.mentor(1)
    site.mentor(
        424242,
        slug="canary",
        member={"email": MAILBOX},
        identity={name: (value,) for name, value in IDENTITY.items()},
        consents=consents(**dict.fromkeys(IDENTITY, Audience.MEMBERS)),
    )
    assert site.build().outcome is Outcome.RELEASED
    tree = files_of(site.current)
    assert "fr/mentors/canary/index.html" in tree
    lowered = {path: content.lower() for path, content in tree.items()}
    for secret in (*IDENTITY.values(), MAILBOX, MEMBER_ID):
        for writing in writings(secret):
            assert not [path for path, content in tree.items() if writing in content], secret
            assert not [path for path, content in lowered.items() if writing.lower() in content], secret


def test_reports_name_nobodys_answers(site: Site) -> None:
    """DIR-12: what staff read of a build has names, and no private answer, mailbox or member number."""
    site.mentor(1)
    site.mentor(
        424242,
        member={"email": MAILBOX},
        identity={name: (value,) for name, value in IDENTITY.items()},
        consents=consents(**dict.fromkeys(IDENTITY, Audience.MEMBERS)),
    )
    site.build()
    for folder in ("reports", "manifests"):
        for path, content in files_of(site.folder / folder).items():
            for secret in (*IDENTITY.values(), MAILBOX, MEMBER_ID):
                assert not any(writing in content for writing in writings(secret)), path
