"""The acts on a match request as forms: what each holds beforehand, and what is read from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mentoring.content import Wording
from mentoring.domain.errors import RequestMovedError
from mentoring.domain.match_requests import Arrangement, MatchRequest, StoredRequest
from mentoring.domain.request_states import DECLINING, Act, Side
from mentoring.handlers.matching import listing_acts, match_acts, matching, policy_of
from mentoring.handlers.requests import Form, Request
from mentoring.pages.addresses import TWIN
from mentoring.usecases import concerns
from mentoring.usecases.decline_and_pause import Refusing, decline_and_pause
from mentoring.usecases.match_request_fields import (
    NO_REASON,
    typed_arrangement,
    typed_concern,
    typed_declining,
    typed_line,
    typed_parting,
    typed_reason,
)

Fields = list[tuple[str, str]]

PROPOSED_AT: Final = "proposed_at"
STAGE: Final = "stage"
WORDS: Final = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """One act: what its form holds beforehand, and how it is done.

    `take` raises FormError and what its use case raises. `wants_membership`: it begins something (ELI-8).
    """

    take: Callable[[Request, StoredRequest, Side], None]
    fields: Callable[[MatchRequest], Fields] = lambda _: []
    wants_membership: bool = False


def reason_chosen(request: Request) -> Fields:
    """Return the fields of a refusal once its reason is chosen: kind words that the mentor may change.

    Raises FormError.
    """
    reason = typed_reason(request.form)
    chosen = str(reason) if reason else NO_REASON
    words = _suggested_words(request, chosen, request.language)
    return [(STAGE, WORDS), ("reason", chosen), ("words", words), ("pause", "no")]


def reworded(request: Request) -> Form:
    """Return a form that came from its twin; words that we suggested there are suggested in this language."""
    chosen = request.form.get("reason")
    if chosen not in (*DECLINING, NO_REASON):
        return request.form
    before = _suggested_words(request, chosen, TWIN[request.language])
    words = _suggested_words(request, chosen, request.language)
    fields = ((name, words if (name, value) == ("words", before) else value) for name, value in request.form)
    return Form(fields)


def _suggested_words(request: Request, chosen: str, language: str) -> str:
    return Wording(request.services.content, language).t(f"request.kindly.{chosen}")


def _write(request: Request, stored: StoredRequest, _: Side) -> None:
    match_acts(request).write(stored.request.id, typed_line(request.form))


def _proposal(request: Request, side: Side) -> Arrangement:
    lists = request.services.content.vocabularies
    return typed_arrangement(request.form, side, lists, policy_of(request).longest_months, request.now)


def _accept(request: Request, stored: StoredRequest, side: Side) -> None:
    match_acts(request).accept(stored.request.id, _proposal(request, side))


def _propose(request: Request, stored: StoredRequest, side: Side) -> None:
    proposal = _proposal(request, side)
    match_acts(request).propose(stored.request.id, proposal, _shown_at(request, stored, Act.PROPOSE))


def _decline(request: Request, stored: StoredRequest, _: Side) -> None:
    said = typed_declining(request.form, request.today)
    if said.pauses:
        refusing = Refusing(reason=said.reason, words=said.words, returns_on=said.returns_on)
        decline_and_pause(stored.request.id, refusing, match_acts(request), listing_acts(request))
    else:
        match_acts(request).decline(stored.request.id, said.reason, said.words)


def _withdraw(request: Request, stored: StoredRequest, _: Side) -> None:
    match_acts(request).withdraw(stored.request.id)


def _agree(request: Request, stored: StoredRequest, _: Side) -> None:
    match_acts(request).agree(stored.request.id, _shown_at(request, stored, Act.AGREE))


def _shown_at(request: Request, stored: StoredRequest, act: Act) -> datetime:
    """Return since when it stood between the two as the page showed it. Raises RequestMovedError."""
    try:
        return datetime.fromisoformat(request.form.get(PROPOSED_AT))
    except ValueError:
        raise RequestMovedError(stored.request.id, stored.request.state, act) from None


def _end(request: Request, stored: StoredRequest, _: Side) -> None:
    match_acts(request).end(stored.request.id, typed_parting(request.form))


def _report(request: Request, stored: StoredRequest, side: Side) -> None:
    text, is_about_person = typed_concern(request.form)
    concerns.report(stored.request, side, text, is_about_person, matching().concerns, request.now)


def _wished(request: MatchRequest) -> Fields:
    """Return what the mentee wishes, for a first proposal."""
    asked = request.questions
    if asked is None:
        return []
    formats = [("formats", each) for each in asked.formats]
    return [("frequency", asked.frequency), *formats, ("goals", asked.goals)]


def _proposed(request: MatchRequest) -> Fields:
    """Return what is proposed, or agreed, for another proposal."""
    said = request.proposal or request.arrangement
    if said is None:
        return _wished(request)
    return [
        *_shown_arrangement(request),
        ("availabilities", said.availabilities),
        ("frequency", said.frequency),
        *(("formats", each) for each in said.formats),
        ("months", str(said.months)),
        ("goals", said.goals),
    ]


def _shown_arrangement(request: MatchRequest) -> Fields:
    return [(PROPOSED_AT, request.arranged_at.isoformat())] if request.arranged_at else []


FORMS: Final[Mapping[Act, ActForm]] = {
    Act.WRITE: ActForm(take=_write),
    Act.ACCEPT: ActForm(take=_accept, fields=_wished, wants_membership=True),
    Act.DECLINE: ActForm(take=_decline),
    Act.WITHDRAW: ActForm(take=_withdraw),
    Act.PROPOSE: ActForm(take=_propose, fields=_proposed, wants_membership=True),
    Act.AGREE: ActForm(take=_agree, fields=_shown_arrangement, wants_membership=True),
    Act.END: ActForm(take=_end),
}
CONCERN: Final = ActForm(take=_report)
