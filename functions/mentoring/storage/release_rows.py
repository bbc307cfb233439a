"""What the releases table holds, and how its rows are written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from mentoring.domain.builds import Release

SITE: Final = "SITE#public"


def release_key(name: str) -> dict[str, Any]:
    """Return the key of a release."""
    return {"pk": {"S": SITE}, "sk": {"S": f"RELEASE#{name}"}}


def release_row(release: Release) -> dict[str, Any]:
    """Return a release as a row."""
    return release_key(release.name) | {
        "fence": {"N": str(release.fence)},
        "content_hash": {"S": release.content_hash},
        "built_on": {"S": release.built_on.isoformat()},
        "published_at": instant(release.published_at),
        "mentors": {"N": str(release.mentors)},
        "pages": {"N": str(release.pages)},
    }


def release_from(row: Mapping[str, str]) -> Release:
    """Return the release that a row holds."""
    return Release(
        name=row["sk"].removeprefix("RELEASE#"),
        fence=int(row["fence"]),
        content_hash=row["content_hash"],
        built_on=date.fromisoformat(row["built_on"]),
        published_at=datetime.fromisoformat(row["published_at"]),
        mentors=int(row["mentors"]),
        pages=int(row["pages"]),
    )


def plain(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row without its types: numbers and texts alike as text."""
    return {name: str(next(iter(typed.values()))) for name, typed in row.items()}


def instant(moment: datetime) -> dict[str, str]:
    """Return an instant as an attribute."""
    # One fixed width, so that instants compare as text.
    return {"S": moment.astimezone(UTC).isoformat(timespec="microseconds")}
