"""The commands of `python -m infrastructure.local`; each returns its exit status."""

import shutil
import signal
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from build.nightly import target_of
from build.release import roll_back
from build.report import Report
from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from infrastructure.local.developers import Developers
from infrastructure.local.functions import Functions
from infrastructure.local.importing import run_import
from infrastructure.local.jobs import CONTENT, build_settings, build_site, jobs, releases_of
from infrastructure.local.people import sample_people
from infrastructure.local.schedule import schedules
from infrastructure.local.scheduler import Scheduler
from infrastructure.local.server import Origin, open_server, reserve
from infrastructure.local.signing_in import environments, local_issuers, seed_staff
from infrastructure.local.site import Site
from infrastructure.local.starting import prepare
from infrastructure.local.state import State, write_whole
from infrastructure.local.template import load_template
from mentoring.content import Wording, load_content
from mentoring.domain.business_days import ZONE, day_of
from mentoring.settings import StorageSettings
from mentoring.storage.releases import ReleaseMissingError


def serve(state: State, port: int) -> int:
    """Serve the site until SIGINT or SIGTERM. `Ready` is written when everything is up, and not before.

    Raises StateBusyError, PortTakenError, and what stops the first build.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    clock = Clock(state.root / "clock.json")
    try:
        with ExitStack() as stack:
            stack.enter_context(state.held_for("serving"))
            held = stack.enter_context(reserve(port))
            address = f"http://127.0.0.1:{held.getsockname()[1]}"
            write_whole(state.site_address, address)
            storage = stack.enter_context(embedded_database(state.root))
            prepare(state, storage, clock.now())
            template = load_template()
            scheduler = stack.enter_context(
                Scheduler(clock, schedules(template), jobs(state, storage), state.root / "schedules.json")
            )
            issuers = local_issuers(address, lambda: _people(storage, clock), clock.now)
            seed_staff(template, storage, issuers["staff"].address)
            functions = stack.enter_context(
                Functions(template, environments(template, storage, address, issuers), state, address)
            )
            developers = Developers(state, clock, scheduler, lambda: _people(storage, clock), issuers)
            server = open_server(held, Origin(Site(state, template), functions, developers))
            sys.stdout.write(f"Ready {address}\n")
            sys.stdout.flush()
            server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


def import_files(state: State, members: Path | None, mentors: Path | None) -> int:
    """Import members and mentors, and say what became of each row."""
    content = load_content(CONTENT)
    now = Clock(state.root / "clock.json").now()
    with embedded_database(state.root) as storage:
        report = run_import(storage, members, mentors, now, content, state.root)
    sys.stdout.write(report.text(Wording(content, "en")))
    return report.exit_status


def nightly(state: State, now: datetime | None, *, allow_fall: bool) -> int:
    """Run the nightly build as of an instant, by default the state's own clock."""
    now = now or Clock(state.root / "clock.json").now()
    with embedded_database(state.root) as storage:
        report = build_site(state, storage, now, allow_fall=allow_fall)
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
            roll_back(releases_of(storage), target_of(build_settings(storage, state)), name)
        except ReleaseMissingError as error:
            sys.stderr.write(f"{error}: `python -m infrastructure.local releases` lists those that are\n")
            return 1
    sys.stdout.write(f"{name} is shown again, until the next build\n")
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


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _confirms(question: str) -> bool:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _people(storage: StorageSettings, clock: Clock) -> list[dict[str, Any]]:
    documents = load_content(CONTENT).policy.documents
    return sample_people(storage, documents, day_of(clock.now()))
