"""Who is signed in, and who is on the way: rows that end by themselves.

The table's TTL only tidies up, hours late; whether a row still counts is the domain's to say.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mentoring.domain.sessions import Identity, IssuerKind, PendingSignIn, Session
from mentoring.storage.records import instant_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SESSION: Final = "SESSION"
SIGN_IN: Final = "SIGNIN"
SIGNED_OUT: Final = "SIGNED_OUT"


class SessionStore:
    """The sessions table. Secrets of browsers are stored as their hashes alone."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def begin_sign_in(self, state: str, pending: PendingSignIn) -> None:
        """Keep a sign-in until it comes back."""
        body = {
            "kind": pending.kind,
            "nonce": pending.nonce,
            "verifier": pending.verifier,
            "return_path": pending.return_path,
            "language": pending.language,
            "expires_at": instant_text(pending.expires_at),
        }
        row = _key(SIGN_IN, _hash(state)) | {"browser": {"S": pending.browser}} | _body(body)
        self._put(row, pending.expires_at)

    def take_sign_in(self, state: str, browser: str) -> PendingSignIn | None:
        """Return a sign-in and forget it: it is finished once. None for one that is not this browser's."""
        try:
            answer = self._client.delete_item(
                TableName=self._table,
                Key=_key(SIGN_IN, _hash(state)),
                ConditionExpression="browser = :browser",
                ExpressionAttributeValues={":browser": {"S": browser}},
                ReturnValues="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        read = json.loads(answer["Attributes"]["body"]["S"])
        return PendingSignIn(
            kind=IssuerKind(read["kind"]),
            nonce=read["nonce"],
            verifier=read["verifier"],
            browser=browser,
            return_path=read["return_path"],
            language=read["language"],
            expires_at=datetime.fromisoformat(read["expires_at"]),
        )

    def start(self, session_id: str, session: Session, ends_at: datetime) -> None:
        """Keep a new session."""
        body = {
            "kind": session.identity.kind,
            "issuer": session.identity.issuer,
            "subject": session.identity.subject,
            "form_secret": session.form_secret,
            "started_at": instant_text(session.started_at),
        }
        seen = {"seen_at": {"S": instant_text(session.seen_at)}}
        self._put(_key(SESSION, _hash(session_id)) | seen | _body(body), ends_at)

    def find(self, session_id: str) -> Session | None:
        """Return a session, over or not; None where there is none."""
        row = self._read(_key(SESSION, _hash(session_id)))
        if row is None:
            return None
        read = json.loads(row["body"]["S"])
        return Session(
            identity=Identity(IssuerKind(read["kind"]), read["issuer"], read["subject"]),
            form_secret=read["form_secret"],
            started_at=datetime.fromisoformat(read["started_at"]),
            seen_at=datetime.fromisoformat(row["seen_at"]["S"]),
        )

    def note_use(self, session_id: str, now: datetime) -> bool:
        """Note that a session was used; return False where it was ended meanwhile."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(SESSION, _hash(session_id)),
                UpdateExpression="SET seen_at = :now",
                # Without it, the use of a session that was just ended would write half a session.
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":now": {"S": instant_text(now)}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def end(self, session_id: str) -> None:
        """Forget one session."""
        self._client.delete_item(TableName=self._table, Key=_key(SESSION, _hash(session_id)))

    def end_all(self, identity: Identity, now: datetime, forget_at: datetime) -> None:
        """End every session that this person has started until now; by `forget_at` the last would be over."""
        row = signed_out_key(identity) | {"before": {"S": instant_text(now)}}
        self._client.put_item(TableName=self._table, Item=row | _expiry(forget_at))

    def signed_out_before(self, identity: Identity) -> datetime | None:
        """Return until when this person has ended every session."""
        row = self._read(signed_out_key(identity))
        return signed_out_before(row) if row else None

    def _put(self, row: dict[str, Any], expires_at: datetime) -> None:
        self._client.put_item(
            TableName=self._table,
            Item=row | _expiry(expires_at),
            ConditionExpression="attribute_not_exists(pk)",
        )

    def _read(self, key: dict[str, Any]) -> Mapping[str, Any] | None:
        return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")


def signed_out_key(identity: Identity) -> dict[str, Any]:
    """Return the key of the row that says until when a person's sessions are over."""
    return _key(SIGNED_OUT, f"{identity.issuer}#{identity.subject}")  # an issuer's address has no fragment


def signed_out_before(row: Mapping[str, Any]) -> datetime:
    """Return the instant that such a row holds."""
    return datetime.fromisoformat(row["before"]["S"])


def _key(kind: str, of: str) -> dict[str, Any]:
    return {"pk": {"S": f"{kind}#{of}"}, "sk": {"S": kind}}


def _body(values: Mapping[str, str]) -> dict[str, Any]:
    return {"body": {"S": json.dumps(values, separators=(",", ":"), sort_keys=True)}}


def _expiry(instant: datetime) -> dict[str, Any]:
    return {"expires_at": {"N": str(int(instant.timestamp()) + 1)}}


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
