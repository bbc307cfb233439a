"""`python -m infrastructure.local`: the embedded cloud. README.md lists commands and exit codes."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from build.problems import BuildRefusedError
from infrastructure.local import commands
from infrastructure.local.database import DatabaseError
from infrastructure.local.server import PortTakenError
from infrastructure.local.serving import serve
from infrastructure.local.starting import SampleRefusedError
from infrastructure.local.state import DEFAULT_PORT, DEFAULT_STATE, State, StateBusyError
from mentoring.content import ContentError
from mentoring.domain.errors import PolicyNotInForceError
from mentoring.handlers.import_wording import NoSuchLapsesError
from mentoring.storage.releases import BuildOvertakenError, BuildRunningError

# Each says in its own words what to do; anything else is a bug and shows where.
EXPECTED = (
    BuildOvertakenError,
    BuildRefusedError,
    BuildRunningError,
    ContentError,
    DatabaseError,
    NoSuchLapsesError,
    PolicyNotInForceError,
    PortTakenError,
    SampleRefusedError,
    StateBusyError,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 when it was done, 1 when it was refused or failed, 2 for wrong usage."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    state = State(Path(os.environ.get("STATE") or DEFAULT_STATE))
    if (state.root / "pyproject.toml").exists():
        parser.error(f"STATE={state.root} holds a project: choose a folder of its own")
    try:
        match asked.command:
            case "serve":
                return serve(state, _port(parser))
            case "import":
                if not (asked.members or asked.mentors):
                    parser.error("name a file: make import MEMBERS=members.csv [MENTORS=mentors.jsonl]")
                return commands.import_files(
                    state, asked.members, asked.mentors, allow_lapses=asked.allow_lapses
                )
            case "nightly":
                return commands.nightly(state, asked.now, allow_fall=asked.allow_fall)
            case "releases":
                return commands.list_releases(state)
            case "roll-back":
                return commands.roll_back_to(state, asked.release)
            case "replay-withdrawals":
                return commands.replay_withdrawals(state)
            case _:
                return commands.reset(state, is_confirmed=asked.yes)
    except EXPECTED as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.local", description=__doc__)
    command = parser.add_subparsers(dest="command", required=True)
    command.add_parser("serve", help="serve site and functions; PORT and STATE are read from the environment")
    importing = command.add_parser("import", help="import members and mentors")
    importing.add_argument("--members", type=Path, help="members.csv")
    importing.add_argument("--mentors", type=Path, help="mentors.jsonl")
    importing.add_argument("--allow-lapses", type=Path, help="the report of an import whose lapses are true")
    nightly = command.add_parser("nightly", help="run the nightly build now")
    nightly.add_argument("--allow-fall", action="store_true", help="the directory may shrink this much")
    nightly.add_argument(
        "--now", type=_instant, help="build as of this instant, such as 2026-11-21T07:00:00Z"
    )
    command.add_parser("releases", help="list the kept releases")
    rolling = command.add_parser("roll-back", help="show a kept release again")
    rolling.add_argument("release")
    command.add_parser("replay-withdrawals", help="withdraw again what a restored database brought back")
    command.add_parser("reset", help="forget the state").add_argument("--yes", action="store_true")
    return parser


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant names its zone: end it with Z")
    return moment.astimezone(UTC)


def _port(parser: argparse.ArgumentParser) -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or int(text) > 65535:
        parser.error(f"PORT={text} is no port")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
