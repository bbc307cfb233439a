"""What the mail service would say of letters later on: the mailbox leaves it as files, a function takes it.

In the cloud SES tells SNS, and SNS the function that subscribed.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from infrastructure.local.function_process import FunctionError
from infrastructure.local.state import State
from infrastructure.local.template import resources
from mentoring.gateways.mail import NOTICES

LOG: Final = logging.getLogger(__name__)

Invoke = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


class MailNotices:
    """Hands each notice over until its function has taken it."""

    def __init__(self, template: Mapping[str, Any], invoke: Invoke, state: State) -> None:
        self._function = _subscriber(template)
        self._invoke = invoke
        self._folder = state.mail / NOTICES
        self._one_at_a_time = threading.Lock()

    @property
    def is_waiting(self) -> bool:
        """Return whether there is anything to hand over."""
        return any(self._files())

    def drain(self) -> bool:
        """Hand over whatever is there; return whether anything was taken."""
        with self._one_at_a_time:
            return sum(self._take(file) for file in self._files()) > 0

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))

    def _take(self, file: Path) -> bool:
        record = {"EventSource": "aws:sns", "Sns": {"Message": file.read_text("utf-8")}}
        try:
            self._invoke(self._function, {"Records": [record]})
        except FunctionError as error:
            LOG.warning("%s", error)
            return False
        file.unlink(missing_ok=True)
        return True


def _subscriber(template: Mapping[str, Any]) -> str:
    """Return the logical name of the function that the template subscribes to the mail service's notices."""
    subscriptions = resources(template, "AWS::SNS::Subscription").values()
    (endpoint,) = (each["Endpoint"] for each in subscriptions if each["Protocol"] == "lambda")
    return str(endpoint["Fn::GetAtt"]).removesuffix(".Arn")
