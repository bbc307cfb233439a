"""`serve`: the parts of the embedded cloud, put together and taken down in order."""

import signal
import sys
from contextlib import ExitStack
from functools import partial
from socket import socketpair
from typing import Any, Final, NoReturn

from infrastructure.local.background import Background
from infrastructure.local.builds import Builds
from infrastructure.local.clock import Clock
from infrastructure.local.database import embedded_database
from infrastructure.local.developers import Developers
from infrastructure.local.environments import environments, stripe_settings
from infrastructure.local.functions import Functions
from infrastructure.local.jobs import CONTENT
from infrastructure.local.notices import MailNotices
from infrastructure.local.people import sample_people
from infrastructure.local.schedule import schedules
from infrastructure.local.scheduler import Scheduler
from infrastructure.local.server import Origin, answering, open_server, reserve
from infrastructure.local.signing_in import local_issuers, seed_staff
from infrastructure.local.site import Site
from infrastructure.local.starting import prepare
from infrastructure.local.state import State, write_whole
from infrastructure.local.stream import OutboxStream, mapping_of
from infrastructure.local.stripe.double import StripeDouble
from infrastructure.local.stripe.webhooks import sender
from infrastructure.local.template import load_template
from infrastructure.payments import set_up
from mentoring.content import load_content
from mentoring.domain.business_days import day_of
from mentoring.settings import StorageSettings

HOOK: Final = "/hooks/stripe"


def serve(state: State, port: int) -> int:
    """Serve the site until SIGINT or SIGTERM. `Ready` is written when everything is up, and not before.

    Raises StateBusyError, PortTakenError, and what stops the first build.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    try:
        with ExitStack() as stack:
            stack.enter_context(state.held_for("serving"))
            held = stack.enter_context(reserve(port))
            address = f"http://127.0.0.1:{held.getsockname()[1]}"
            write_whole(state.site_address, address)
            storage = stack.enter_context(embedded_database(state.root))
            prepare(state, storage, Clock(state.root / "clock.json").now())
            server = open_server(held, _origin(stack, state, storage, address))
            stack.enter_context(answering(server))
            set_up(stripe_settings(state, address), load_content(CONTENT))
            sys.stdout.write(f"Ready {address}\n")
            sys.stdout.flush()
            _await_signal()
    except KeyboardInterrupt:
        return 0
    return 0


def _origin(stack: ExitStack, state: State, storage: StorageSettings, address: str) -> Origin:
    """Start what runs beside the server; on the stack, so that each ends before what it works with."""
    template, clock = load_template(), Clock(state.root / "clock.json")
    people = partial(_people, storage, clock)
    issuers = local_issuers(address, people, clock.now)
    seed_staff(template, storage, issuers["staff"].address)
    functions = stack.enter_context(
        Functions(template, environments(template, storage, address, issuers, state), state, address)
    )
    stripe = StripeDouble(state.stripe, address, clock.now, sender(f"{address}{HOOK}"))
    stack.callback(stripe.close)
    builds = Builds(state, storage)
    taker = partial(functions.invoke, mapping_of(template)["function"])
    background = stack.enter_context(
        Background(
            OutboxStream(template, storage, taker, state),
            MailNotices(template, functions.invoke, state),
            stripe,
            builds,
            storage,
        )
    )
    scheduler = stack.enter_context(
        Scheduler(
            clock,
            schedules(template),
            functions.jobs() | builds.jobs(),
            state.root / "schedules.json",
            background.settle,
        )
    )
    developers = Developers(state, clock, scheduler, people, issuers, background.report, stripe)
    return Origin(Site(state, template), functions, developers, background.wake)


def _await_signal() -> NoReturn:
    """Wait until a signal's handler raises.

    A lock would not do: no system call is broken off where the signal came just before it, or was delivered
    to another thread, and the handler runs in this one alone. A byte in a socket is there in any case.
    """
    woken, waking = socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    try:
        while True:
            woken.recv(1)
    finally:
        signal.set_wakeup_fd(-1)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _people(storage: StorageSettings, clock: Clock) -> list[dict[str, Any]]:
    documents = load_content(CONTENT).policy.documents
    return sample_people(storage, documents, day_of(clock.now()))
