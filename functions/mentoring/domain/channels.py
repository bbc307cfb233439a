"""What carries each event out of the database: the one table of them (SAF-3)."""

from collections.abc import Mapping
from typing import Final

from mentoring.domain import registration_events as registrations
from mentoring.domain import request_events as requests
from mentoring.domain.events import (
    Channel,
    ConsentGiven,
    ConsentWithdrawn,
    DraftErased,
    Event,
    ListingChanged,
    ListingPublished,
    ListingWithdrawn,
    MembershipLapsed,
    MembershipRenewed,
    MentorPaused,
    MentorResumed,
    ProfileErased,
)

MAILED: Final[tuple[type[Event], ...]] = (
    requests.RequestSent,
    requests.RequestPassedOn,
    requests.RequestAnswerAwaited,
    requests.RequestNudged,
    requests.RequestAccepted,
    requests.RequestDeclined,
    requests.RequestWithdrawn,
    requests.RequestExpired,
    requests.RequestMissed,
    requests.RequestDropped,
    requests.QuestionUnanswered,
    requests.MentorGone,
    requests.MenteeGone,
    requests.ArrangementProposed,
    requests.ArrangementAgreed,
    requests.RelationshipEnded,
    requests.AvailabilityAsked,
    requests.MentorPausedForSilence,
)
"""What a member is written, and nothing else comes of."""

CHANNELS: Final[Mapping[type[Event], tuple[Channel, ...]]] = {
    ListingPublished: (Channel.MAIL, Channel.EDGE, Channel.BUILD),
    ListingChanged: (Channel.BUILD,),
    MentorPaused: (Channel.BUILD,),
    MentorResumed: (Channel.BUILD,),
    ConsentWithdrawn: (Channel.EDGE, Channel.BUILD),
    ConsentGiven: (Channel.EDGE, Channel.BUILD),  # what was hidden may be shown again
    ListingWithdrawn: (Channel.EDGE, Channel.BUILD, Channel.PARTING, Channel.MAIL),
    ProfileErased: (Channel.EDGE, Channel.BUILD, Channel.JOURNAL, Channel.PARTING, Channel.MAIL),
    DraftErased: (Channel.JOURNAL, Channel.PARTING),
    # The next nightly build sees a lapse by itself; the mentor is told why the listing goes.
    MembershipLapsed: (Channel.PARTING, Channel.MAIL),
    MembershipRenewed: (Channel.MAIL, Channel.BUILD),
    **dict.fromkeys(MAILED, (Channel.MAIL,)),
    requests.ConcernReported: (Channel.STAFF,),
    registrations.PaymentReceived: (Channel.MAIL,),
    registrations.PaymentReturned: (Channel.MAIL,),
    registrations.WorkbookReceived: (Channel.MAIL,),
    registrations.RegistrationCancelled: (Channel.MAIL,),
    registrations.RefundAsked: (Channel.REFUND,),  # it is told once the money went
    registrations.RefundSent: (Channel.MAIL,),
    registrations.RefundFailed: (Channel.MAIL,),
    registrations.PaperAsked: (Channel.MAIL,),
    registrations.StaffNeeded: (Channel.STAFF,),
}

FACILITATED: Final = frozenset(
    event.__name__ for event in CHANNELS if issubclass(event, registrations.RegistrationEvent)
)
"""Events of Mentorship On Demand: what is written about them comes from its own mailbox."""
