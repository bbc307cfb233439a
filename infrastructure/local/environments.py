"""The environment of each function: the template's variables, with what stands for them on this machine."""

import os
from collections.abc import Mapping
from typing import Any, Final

from infrastructure.local.developers import FILES
from infrastructure.local.issuer import CLIENT_ID, Issuer
from infrastructure.local.jobs import CONTENT, ROOT
from infrastructure.local.state import State
from infrastructure.local.stripe.double import KEYS
from infrastructure.local.stripe.double import ROOT as STRIPE
from infrastructure.local.template import resources, substitute
from mentoring.gateway_settings import PaymentsSettings
from mentoring.settings import StorageSettings

# What a service of the cloud is named by does not exist here; a folder of the state has its place.
IN_PLACE: Final[Mapping[str, tuple[str, ...]]] = {
    "SITE_BUCKET_NAME": ("SITE_FOLDER", "MEMBERS_FOLDER", "FILES_URL"),
    "WORKBOOKS_BUCKET_NAME": ("WORKBOOKS_FOLDER",),
    "EDGE_STORE_ARN": ("EDGE_FOLDER",),
    "MAIL_CONFIGURATION_SET": ("MAIL_FOLDER",),
    "PAYMENTS_SECRET_NAME": ("PAYMENTS_FILE", "PAYMENTS_ADDRESS"),
    "SITE_BUILD_FUNCTION_NAME": (),  # builds.py looks for itself what is asked for
}
PACKAGES: Final = ({"Ref": "FunctionsKey"}, {"Ref": "SignInKey"}, {"Ref": "PapersKey"})
SENDER: Final = "mentoring@example.org"


def functions_of(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of the functions that run in processes here, by logical name.

    They are those of the functions' packages: the build runs in the server's process, the edge is edge.py.
    """
    declared = resources(template, "AWS::Lambda::Function")
    return {
        name: properties
        for name, properties in declared.items()
        if properties["Code"].get("S3Key") in PACKAGES
    }


def environments(
    template: Mapping[str, Any],
    storage: StorageSettings,
    site_url: str,
    issuers: Mapping[str, Issuer],
    state: State,
) -> dict[str, dict[str, str]]:
    """Return the environment of each of these functions, by logical name."""
    payments = stripe_settings(state, site_url)
    here = {
        "CONTENT_FOLDER": str(CONTENT),
        "THEME_FOLDER": str(ROOT / "site/theme"),
        "SITE_URL": site_url,
        "MEMBER_ISSUER": issuers["members"].address,
        "MEMBER_CLIENT_ID": CLIENT_ID,
        "STAFF_ISSUER": issuers["staff"].address,
        "STAFF_CLIENT_ID": CLIENT_ID,
        "MAIL_SENDER": SENDER,
        "SITE_FOLDER": str(state.site.resolve()),
        "MEMBERS_FOLDER": str(state.members_site.resolve()),
        "FILES_URL": f"{site_url}{FILES}",
        "WORKBOOKS_FOLDER": str(state.workbooks.resolve()),
        "EDGE_FOLDER": str(state.edge.resolve()),
        "MAIL_FOLDER": str(state.mail.resolve()),
        "PAYMENTS_FILE": str(payments.secret),
        "PAYMENTS_ADDRESS": str(payments.address),
    }
    # An issuer without TLS is let in on this machine alone: the template does not know the variable.
    only_here = {"DYNAMODB_ENDPOINT": str(storage.endpoint), "ALLOW_LOCAL_ISSUERS": "yes"}
    return {name: environment_of(template, name, here, only_here) for name in functions_of(template)}


def stripe_settings(state: State, site_url: str) -> PaymentsSettings:
    """Return where the double of Stripe is, and its keys."""
    return PaymentsSettings(secret=(state.stripe / KEYS).resolve(), address=f"{site_url}{STRIPE}")


def environment_of(
    template: Mapping[str, Any], function: str, here: Mapping[str, str], only_here: Mapping[str, str]
) -> dict[str, str]:
    """Return a function's environment: the template's variables, tables by name, the rest as it is `here`.

    `only_here` is what no function of the cloud has. Raises KeyError for a variable without a value here.
    """
    tables = resources(template, "AWS::DynamoDB::Table")
    variables = resources(template, "AWS::Lambda::Function")[function]["Environment"]["Variables"]
    values: dict[str, str] = {}
    for name, value in variables.items():
        table = tables.get(value["Ref"]) if isinstance(value, Mapping) and "Ref" in value else None
        if table:
            values[name] = substitute(table["TableName"])
        else:
            values |= {each: here[each] for each in IN_PLACE.get(name, (name,))}
    # Nothing of the person's own environment, as in the cloud, but where programs are found.
    return {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "ca-central-1", **values, **only_here}
