"""A mentor whose private answers are like nothing else: no byte of the public tree may hold them."""

import html
import json
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote

from build.report import Outcome
from mentoring.domain.profile import Audience
from tests.nightly.site import Site, consents, files_of

SECRETS = {
    "gender": "Zyxöqueer Quokka",
    "race": "Blåhaj-Ænglander",
    "ethnicity": "Ünobtainian of Wéstmarch",
    "orientation": "Quizzaciously Panda",
    "indigenous": "Nëmësïs Nation",
}
MAILBOX = "canary.zqx+42@quokka-post.example"
MEMBER_ID = "M-424242"


def writings(secret: str) -> Iterator[bytes]:
    """Every way in which a text may come to stand in a file."""
    for form in ("NFC", "NFD", "NFKC"):
        text = unicodedata.normalize(form, secret)  # type: ignore[arg-type]
        for cased in {text, text.lower(), text.upper(), text.casefold()}:
            yield cased.encode()
            yield cased.encode("utf-16-le")
            yield quote(cased).encode()
            yield quote(cased, safe="@+").encode()
            yield json.dumps(cased)[1:-1].encode()
            yield cased.encode("ascii", "xmlcharrefreplace")
            yield "".join(f"&#x{ord(letter):x};" for letter in cased).encode()
            yield html.escape(cased).encode()
            yield cased.replace(" ", "-").encode()
            yield cased[::-1].encode()
            yield from base64_of(cased.encode())


def base64_of(text: bytes) -> Iterator[bytes]:
    """A text within a longer one in base64: three shifts without their ends, if that leaves enough."""
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            sure = encode(b"\0" * shift + text)[4:-4]
            if len(sure) >= 8:
                yield sure


def test_private_answers_leave_no_byte(site: Site) -> None:
    """DIR-12, invariant 19: identity in own words, mailbox and member number are nowhere in the tree."""
    site.mentor(1)
    site.mentor(
        424242,
        slug="canary",
        member={"email": MAILBOX},
        identity={name: (value,) for name, value in SECRETS.items()},
        consents=consents(**dict.fromkeys(SECRETS, Audience.MEMBERS)),
    )
    assert site.build().outcome is Outcome.RELEASED
    tree = files_of(site.current)
    assert "fr/mentors/canary/index.html" in tree
    lowered = {path: content.lower() for path, content in tree.items()}
    for secret in (*SECRETS.values(), MAILBOX, MEMBER_ID):
        for writing in writings(secret):
            assert not [path for path, content in tree.items() if writing in content], secret
            assert not [path for path, content in lowered.items() if writing.lower() in content], secret


def test_reports_name_nobodys_answers(site: Site) -> None:
    """DIR-12: what staff read of a build has names, and no private answer, mailbox or member number."""
    site.mentor(1)
    site.mentor(
        424242,
        member={"email": MAILBOX},
        identity={name: (value,) for name, value in SECRETS.items()},
        consents=consents(**dict.fromkeys(SECRETS, Audience.MEMBERS)),
    )
    site.build()
    for folder in ("reports", "manifests"):
        for path, content in files_of(site.folder / folder).items():
            for secret in (*SECRETS.values(), MAILBOX, MEMBER_ID):
                assert not any(writing in content for writing in writings(secret)), path
