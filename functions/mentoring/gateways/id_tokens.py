"""Verifies identity tokens (OpenID Connect Core 1.0, section 3.1.3.7) with joserfc."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from mentoring.gateways.errors import TokenRefusedError, UnknownKeyError

ALGORITHMS: Final = ("RS256", "ES256")  # signatures by the issuer alone: never `none`, never a shared secret
LEEWAY: Final = 60  # seconds that two clocks may differ
LONGEST_SUBJECT: Final = 255
SMALLEST_RSA_KEY: Final = 2048  # bits


def import_keys(published: Mapping[str, Any]) -> KeySet:
    """Return the keys that verify signatures; others are left out. Raises ValueError for no set of keys."""
    listed = published.get("keys")
    if not isinstance(listed, list):
        raise ValueError("no list of keys")
    keys = [key for each in listed if isinstance(each, dict) and (key := _verifying_key(each))]
    return KeySet(list(keys))


def verify(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of a token that this issuer made for us, now, for this one sign-in.

    Raises TokenRefusedError, and UnknownKeyError where newer keys may help.
    """
    claims = _signed_claims(token, keys)
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError as error:
        raise TokenRefusedError("expired") from error
    except ClaimError as error:
        raise TokenRefusedError(error.claim) from error
    _check_the_party(claims, client_id)
    _check_the_subject(claims["sub"])
    return claims


def _signed_claims(token: str, keys: KeySet) -> dict[str, Any]:
    # Issuers may add header fields of their own; those of `crit` must be understood all the same.
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        return jwt.decode(token, keys, registry=registry).claims
    except UnsupportedAlgorithmError as error:
        raise TokenRefusedError("algorithm") from error
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except BadSignatureError as error:
        raise TokenRefusedError("signature") from error
    except (JoseError, ValueError) as error:
        raise TokenRefusedError("malformed") from error


def _check_the_party(claims: Mapping[str, Any], client_id: str) -> None:
    """Refuse a token of several audiences that was not issued to us."""
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise TokenRefusedError("azp")


def _check_the_subject(subject: str) -> None:
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isascii() and subject.isprintable()):
        raise TokenRefusedError("sub")


def _verifying_key(published: dict[str, Any]) -> RSAKey | ECKey | None:
    """Return a key that may verify a signature, None for one that is of no use or too weak."""
    if published.get("use", "sig") != "sig":
        return None
    try:
        match published.get("kty"):
            case "RSA":
                rsa = RSAKey.import_key(published)
                return rsa if rsa.raw_value.key_size >= SMALLEST_RSA_KEY else None
            case "EC":
                return ECKey.import_key(published)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None
