"""A function that stands in for ours: it answers with the event it got, or does what the event asks for."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import mentoring.handlers.clock


def keep(event: dict[str, Any], _context: Any) -> None:
    """Keep the event where the test looks for it, and answer nothing."""
    Path(os.environ["KEPT"]).write_text(json.dumps(event), "utf-8")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with everything that a function is given."""
    path = event["rawPath"]
    if path.endswith("/raise"):
        raise ValueError(path)
    if path.endswith("/exit"):
        os._exit(3)
    if path.endswith("/hang"):
        os.read(os.pipe()[0], 1)
    if path.endswith("/bytes"):
        return {"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}
    sys.stdout.write(f"said by {context.function_name}\n")  # its log, and no answer
    given = {
        "event": event,
        "environment": dict(os.environ),
        "process": os.getpid(),
        "now": mentoring.handlers.clock.now().isoformat(),
        "function": context.function_name,
    }
    return {
        "statusCode": 201,
        "headers": {"content-type": "application/json", "cache-control": "public, max-age=60"},
        "cookies": ["a=1; Path=/", "b=2; HttpOnly"],
        "body": json.dumps(given),
    }
