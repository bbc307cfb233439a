"""The commands of `python -m infrastructure.local`; each returns its exit status."""

import shutil
import sys
from datetime import datetime
from pathlib import Path

from build.nightly import target_of
from build.release import roll_back
from build.report import Report
from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from infrastructure.local.importing import run_import
from infrastructure.local.jobs import CONTENT, build_settings, build_site, releases_of
from infrastructure.local.state import State
from mentoring.content import Wording, load_content
from mentoring.domain.business_days import ZONE
from mentoring.domain.errors import ReleaseHoldsWithdrawnError
from mentoring.gateway_settings import EdgeSettings, MemberImportSettings, ObjectsSettings
from mentoring.handlers import member_import
from mentoring.storage.client import dynamodb
from mentoring.storage.releases import ReleaseMissingError
from mentoring.storage.withdrawals import WithdrawalStore


def import_files(
    state: State, members: Path | None, mentors: Path | None, *, allow_lapses: Path | None
) -> int:
    """Import members and mentors, and say what became of each row."""
    content = load_content(CONTENT)
    now = Clock(state.root / "clock.json").now()
    with embedded_database(state.root) as storage:
        report = run_import(storage, members, mentors, now, content, state.root, allow_lapses=allow_lapses)
    sys.stdout.write(report.text(Wording(content, "en")))
    return report.exit_status


def nightly(state: State, now: datetime | None, *, allow_fall: bool) -> int:
    """Run the nightly build as of an instant, by default the state's own clock."""
    now = now or Clock(state.root / "clock.json").now()
    with embedded_database(state.root) as storage:
        report = build_site(state, storage, now, allow_fall=allow_fall, resume=True)
    say(report)
    return 1 if report.problems else 0


def list_releases(state: State) -> int:
    """List the kept releases, the newest first; an asterisk marks the one that is shown."""
    with embedded_database(state.root) as storage:
        store = releases_of(storage)
        pointer = store.pointer()
        for release in store.history():
            mark = "*" if pointer and release.name == pointer.release else " "
            published = release.published_at.astimezone(ZONE)
            sys.stdout.write(
                f"{mark} {release.name}  {published:%Y-%m-%d %H:%M}  {release.mentors} mentors\n"
            )
    return 0


def roll_back_to(state: State, name: str) -> int:
    """Show a kept release again."""
    with embedded_database(state.root) as storage:
        try:
            target = target_of(build_settings(storage, state))
            now = Clock(state.root / "clock.json").now()
            withdrawals = WithdrawalStore(dynamodb(storage), storage.withdrawals_table).all()
            roll_back(releases_of(storage), target, name, now, "system:command", withdrawals)
        except ReleaseMissingError as error:
            sys.stderr.write(f"{error}: `python -m infrastructure.local releases` lists those that are\n")
            return 1
        except ReleaseHoldsWithdrawnError as error:
            sys.stderr.write(f"{error}: choose a newer one, or build anew\n")
            return 1
    sys.stdout.write(f"{name} is shown again, until somebody builds: make nightly\n")
    return 0


def replay_withdrawals(state: State) -> int:
    """Withdraw and erase again what a restored database no longer knows was withdrawn or erased."""
    with embedded_database(state.root) as storage:
        settings = MemberImportSettings(
            storage=storage,
            content_folder=CONTENT,
            objects=ObjectsSettings(site=state.site, members=state.members_site),
            edge=EdgeSettings(store=state.edge),
        )
        replayed = member_import.replay(settings, Clock(state.root / "clock.json").now())
    sys.stdout.write(
        f"{replayed['read']} read, {replayed['noted']} addresses noted again, "
        f"{replayed['withdrawn']} mentors withdrawn again, "
        f"{replayed['erased']} erased again\n"
    )
    return 0


def reset(state: State, *, is_confirmed: bool) -> int:
    """Forget everything of a state folder. Raises StateBusyError while it is served."""
    if not state.root.exists():
        return 0
    with state.held_for("serving"), state.held_for("building"):
        if not is_confirmed and not _confirms(f"Forget everything in {state.root.resolve()}? [y/N] "):
            sys.stderr.write("Nothing was forgotten.\n")
            return 1
        for path in state.contents():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return 0


def say(report: Report) -> None:
    """Write what a build did, and what stopped it."""
    sys.stdout.write(
        f"{report.outcome} {report.release}: {report.mentors} mentors, {report.pages} pages, "
        f"{sum(report.seconds.values()):.1f} s\n"
    )
    for problem in report.problems:
        sys.stderr.write(f"{problem}\n")


def _confirms(question: str) -> bool:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
