"""Answers for whatever the bucket does not hold: the release's own page, in the language of the address.

CloudFront knows one error page for a whole site. So its second origin is this function, and the address it is
asked for (/releases/<id>/fr/mentors/nobody/index.html) says which release and which language. At most 4,096
characters: the template holds the text itself.
"""

import os
from typing import Any

import boto3
from botocore.exceptions import ClientError

objects = boto3.client("s3")
LANGUAGES = ("en", "fr")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the not-found page with 404, or with 410 where the edge asks for a withdrawn mentor's page."""
    _, root, release, *address = event["rawPath"].split("/")
    if root != "releases":  # a file of live/ that is not there yet
        return _answer(404, "text/plain", "Not found. / Introuvable.\n")
    status = 410 if address[-1] == "gone" else 404
    if address[0] in ("assets", "data"):
        return _answer(status, "text/plain", "Not found. / Introuvable.\n")
    # A release that was made before it had a page for 410 answers with the other one.
    names = [f"{name}.html" for name in sorted({status, 404}, reverse=True)]
    pages = [f"{address[0]}/{name}" for name in names] if address[0] in LANGUAGES else ["index.html"]
    for page in pages:
        held = _read(f"releases/{release}/{page}")
        if held is not None:
            return _answer(status, "text/html", held)
    return _answer(status, "text/plain", "Not found. / Introuvable.\n")


def _read(key: str) -> str | None:
    try:
        return objects.get_object(Bucket=os.environ["SITE_BUCKET_NAME"], Key=key)["Body"].read().decode()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "NoSuchKey"):
            raise
        return None


def _answer(status: int, kind: str, body: str) -> dict[str, Any]:
    headers = {"content-type": f"{kind}; charset=utf-8", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": body}
