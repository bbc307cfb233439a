"""Why a mentor cannot be asked, or cannot accept; pages have words for each (DIR-19)."""

from enum import StrEnum


class Refusal(StrEnum):
    """The reason, as a code."""

    ONESELF = "oneself"
    NOT_LISTED = "not-listed"  # left, lapsed, or never a mentor: a member is told no more
    PAUSED = "paused"
    DOCUMENTS_CHANGED = "documents-changed"  # DIR-5: until the mentor agrees anew, nobody can ask
    FULL = "full"  # the mentor's own capacity (DIR-9)
    ALREADY_OPEN = "already-open"  # with this very mentor
    TOO_MANY = "too-many"  # as many unanswered ones as the policy allows
    UNFINISHED = "unfinished"  # the mentee's questionnaire
    TOO_SOON = "too-soon"  # after this very mentor said no
    TOO_OFTEN = "too-often"  # as many requests to this very mentor as the policy allows in some days
    TOO_MANY_PROPOSALS = "too-many-proposals"
    TOO_MANY_CONCERNS = "too-many-concerns"  # on one day
    TOO_LONG = "too-long"  # as many messages about one request as the policy allows
    MENTEE_LAPSED = "mentee-lapsed"
    MENTEE_LEFT = "mentee-left"  # they had everything erased; the request ends in a moment
    CHANGED = "changed"  # what would be shared is not what the mentee has reviewed
