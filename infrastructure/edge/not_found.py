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
    page = f"{address[0]}/404.html" if address[0] in LANGUAGES else "index.html"
    try:
        held = objects.get_object(Bucket=os.environ["SITE_BUCKET_NAME"], Key=f"releases/{release}/{page}")
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "NoSuchKey"):
            raise
        return _answer(status, "text/plain", "Not found. / Introuvable.\n")
    return _answer(status, "text/html", held["Body"].read().decode())


def _answer(status: int, kind: str, body: str) -> dict[str, Any]:
    headers = {"content-type": f"{kind}; charset=utf-8", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": body}
