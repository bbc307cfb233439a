"""The distribution's behaviours, read from the template: who answers an address, and with which headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from infrastructure.local.template import resources, substitute

OF_THE_BUCKET = " https://${SiteBucket.RegionalDomainName}"  # a folder here, whose files are of this origin


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Which addresses go to which origin and get which headers."""

    pattern: str
    origin: str
    headers: Mapping[str, str]


def behaviours(template: Mapping[str, Any]) -> list[Behaviour]:
    """Return the distribution's behaviours in the order they are tried; the last takes every address."""
    policies = resources(template, "AWS::CloudFront::ResponseHeadersPolicy")
    (distribution,) = resources(template, "AWS::CloudFront::Distribution").values()
    configuration = distribution["DistributionConfig"]
    rules = [*configuration["CacheBehaviors"], configuration["DefaultCacheBehavior"] | {"PathPattern": "*"}]
    return [
        Behaviour(
            rule["PathPattern"],
            rule["TargetOriginId"],
            policy_headers(policies[rule["ResponseHeadersPolicyId"]["Ref"]]),
        )
        for rule in rules
    ]


def behaviour_for(address: str, rules: list[Behaviour]) -> Behaviour:
    """Return the behaviour that an address, as it was sent, falls under."""
    return next(rule for rule in rules if fnmatchcase(address, rule.pattern))


def headers_for(address: str, rules: list[Behaviour]) -> Mapping[str, str]:
    """Return the headers that an address is answered with."""
    return behaviour_for(address, rules).headers


def policy_headers(policy: Mapping[str, Any]) -> dict[str, str]:
    """Return a response headers policy as headers, all but HSTS: RFC 6797 wants none of it without TLS."""
    configuration = policy["ResponseHeadersPolicyConfig"]
    security = configuration["SecurityHeadersConfig"]
    content = substitute(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    custom = {each["Header"]: each["Value"] for each in configuration["CustomHeadersConfig"]["Items"]}
    return custom | {
        "Content-Security-Policy": content.replace(OF_THE_BUCKET, ""),
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
    }
