"""What the stores of drafts and of kept forms do, on every engine."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from infrastructure.local.template import load_template, resources, substitute
from mentoring.domain.drafts import Draft, DraftTerm, StoredDraft, fresh_draft, published_answers, saved_over
from mentoring.domain.errors import StaleDraftError
from mentoring.domain.kept_forms import KeptForm
from mentoring.domain.sessions import Identity, IssuerKind, Session
from mentoring.settings import StorageSettings
from mentoring.storage.client import dynamodb
from mentoring.storage.drafts import DraftStore
from mentoring.storage.kept_forms import KeptFormStore
from mentoring.storage.profiles import ProfileStore
from tests.storage.people import change, profile

AT = datetime(2026, 11, 21, 15, tzinfo=UTC)
WHO = Identity(IssuerKind.MEMBERS, "https://issuer.example", "M-1")
TERM = DraftTerm(saved_at=AT, ends_at=AT + timedelta(days=365))
NEVER_SAVED = StoredDraft(fresh_draft("M-1", None), 0)
FORM = KeptForm(
    form_token=Session(identity=WHO, form_secret="s", started_at=AT, seen_at=AT).form_token,  # noqa: S106 - made up
    path="/en/account/mentor/gender",
    fields=(("a", "é <b>"), ("a", "")),
    expires_at=AT,
)


@pytest.fixture
def drafts(settings: StorageSettings) -> DraftStore:
    return DraftStore(dynamodb(settings), settings)


@pytest.fixture
def kept(settings: StorageSettings) -> KeptFormStore:
    tables = resources(load_template(), "AWS::DynamoDB::Table")
    return KeptFormStore(dynamodb(settings), substitute(tables["SessionsTable"]["TableName"]))


def whole() -> Draft:
    """A draft with something of every kind in it."""
    answers = replace(published_answers(profile()), returns_on=date(2027, 1, 15), agreed_in="fr")
    draft = Draft(member_id="M-1", based_on=0, answers=answers, answered={"areas": 1})
    return draft.with_unfinished("place", (("city", "Ga <i>"), ("city", "")))


def test_a_draft_comes_back_as_it_was_stored(drafts: DraftStore) -> None:
    """DIR-2: every answer, identity too, and what was left unfinished, on any device."""
    assert drafts.open("M-1", AT) == (None, None)
    saved = drafts.save(whole(), NEVER_SAVED, TERM)
    assert drafts.open("M-1", AT) == (saved, None)
    assert saved == StoredDraft(whole(), NEVER_SAVED.next_version(AT))


def test_a_stale_draft_is_refused(drafts: DraftStore) -> None:
    """DIR-2: who decided on an older version, or on none, writes nothing."""
    first = drafts.save(whole(), NEVER_SAVED, TERM)
    second = drafts.save(replace(whole(), answered={"areas": 2}), first, TERM)
    for stale in (NEVER_SAVED, first):
        with pytest.raises(StaleDraftError):
            drafts.save(whole(), stale, TERM)
    assert drafts.open("M-1", AT) == (second, None)


def test_a_draft_ends_by_itself(drafts: DraftStore) -> None:
    """SAF-1: untouched for as long as the policy says, a questionnaire is none, and another may be begun."""
    saved = drafts.save(whole(), NEVER_SAVED, TERM)
    assert drafts.open("M-1", TERM.ends_at - timedelta(seconds=1)) == (saved, None)
    assert drafts.open("M-1", TERM.ends_at) == (None, None)
    later = DraftTerm(saved_at=TERM.ends_at, ends_at=TERM.ends_at + timedelta(days=365))
    anew = drafts.save(whole(), NEVER_SAVED, later)
    assert anew.version > saved.version
    with pytest.raises(StaleDraftError):
        drafts.save(whole(), saved, later)
    assert drafts.open("M-1", TERM.ends_at + timedelta(days=1))[0] is not None


def test_a_draft_of_a_profile_that_is_gone_is_refused(drafts: DraftStore, settings: StorageSettings) -> None:
    """SAF-1: answers taken from a profile are kept only while it is there."""
    copied = replace(whole(), based_on=1)
    with pytest.raises(StaleDraftError):
        drafts.save(copied, NEVER_SAVED, TERM)
    ProfileStore.connect(settings).save(profile(), None, change())
    assert drafts.save(copied, NEVER_SAVED, TERM).draft == copied


def test_a_draft_ends_with_its_profile_or_neither(drafts: DraftStore, settings: StorageSettings) -> None:
    """Invariant 12: published under the version that was read; a newer one stops it, and all of it stays."""
    profiles = ProfileStore.connect(settings)
    first = drafts.save(whole(), NEVER_SAVED, TERM)
    second = drafts.save(whole(), first, TERM)
    with pytest.raises(StaleDraftError):
        profiles.save(profile(), None, change(), first)
    assert drafts.open("M-1", AT) == (second, None)
    profiles.save(profile(), None, change(), second)
    assert drafts.open("M-1", AT) == (None, saved_over(profile(), None))
    assert list(profiles.listed()) == [profile()]


def test_what_a_draft_says_of_identity_is_in_no_text_of_it() -> None:
    """DIR-12: neither answers nor unfinished fields show where a draft is written out."""
    assert "woman" not in repr(whole())
    assert "Ga <i>" not in repr(whole())
    assert "<b>" not in repr(FORM)


def test_a_kept_form_is_taken_once_by_its_person_on_its_page(kept: KeptFormStore) -> None:
    """SAF-2: another secret, person or page gets nothing and spoils nothing."""
    kept.keep("secret", FORM)
    other = replace(WHO, subject="M-2")
    for secret, who, path in (("x", WHO, FORM.path), ("secret", other, FORM.path), ("secret", WHO, "/en/")):
        assert kept.take(secret, who, path) is None
    assert kept.take("secret", WHO, FORM.path) == FORM
    assert kept.take("secret", WHO, FORM.path) is None
