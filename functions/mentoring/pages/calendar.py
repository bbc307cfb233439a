"""A last day or moment as a file that calendars take (MOD-29)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mentoring.content import Wording
from mentoring.domain.business_days import day_of
from mentoring.domain.match_requests import MatchRequest
from mentoring.domain.request_states import Side

MAKER: Final = "-//Mentoring for professional associations//Deadlines//EN"
CONTENT_TYPE: Final = "text/calendar"
FILE_NAME: Final = "deadline.ics"


def request_calendar(wording: Wording, request: MatchRequest, side: Side, url: str) -> bytes:
    """Return the last day to answer a request as a calendar of one of the two.

    It says whose answer is awaited and when the request was sent, so that one tells several apart, and
    names nobody.
    """
    turn = "turn" if request.turn is side else "waiting"
    sent_on = wording.date_words(day_of(request.sent_at))
    title = wording.t(f"letters.deadline.{side}.{turn}", date=sent_on)
    return deadline_calendar(title, request.answer_by, url, f"request-{request.id}", wording.language)


def deadline_calendar(title: str, day: date, url: str, uid: str, language: str) -> bytes:
    """Return a calendar (RFC 5545) with one whole day in it: the last one on which something can be done.

    `uid` names the deadline for ever: whoever adds it again with another day has moved it. The same
    deadline gives the same bytes.
    """
    return _calendar(title, day, day + timedelta(days=1), url, uid, language)


def moment_calendar(title: str, until: datetime, url: str, uid: str, language: str) -> bytes:
    """Return a calendar with the last moment at which something can be done; otherwise as a day's.

    Calendars know no part of a second: what is left of one is given away, and nobody comes too late.
    """
    moment = until.astimezone(UTC).replace(microsecond=0)
    return _calendar(title, moment, None, url, uid, language)


def _calendar(title: str, start: date, end: date | None, url: str, uid: str, language: str) -> bytes:
    # Half a second to import (it knows every time zone): only who writes a calendar waits for it.
    from icalendar import Calendar, Event

    event = Event()
    event.add("UID", uid)
    # Of two last days the later one is the newer.
    event.add("DTSTAMP", start if isinstance(start, datetime) else datetime.combine(start, time(), UTC))
    event.add("DTSTART", start)
    if end:  # a moment has none
        event.add("DTEND", end)
    event.add("SUMMARY", title, parameters={"LANGUAGE": language})
    event.add("URL", url)
    event.add("TRANSP", "TRANSPARENT")  # nobody is busy because of it
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", MAKER)
    calendar.add("METHOD", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
