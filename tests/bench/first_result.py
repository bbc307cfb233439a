"""Measures in Chromium, on a slow network, when a visitor has a filtered result, and one for words."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import CHROMIUM_FLAGS

SEARCH: Final = Path(__file__).parent / "search"
ROUNDS: Final = 3
LATENCY: Final = 150  # milliseconds, of each question and its answer
BYTES_A_SECOND: Final = 1_600_000 // 8
LONGEST: Final = 120_000  # milliseconds
ASKED: Final = "fetch('/asked', { cache: 'no-store' }).then((answer) => answer.json())"


def first_results(data: Path, peers: Sequence[str]) -> dict[str, list[dict[str, float]]]:
    """Return for each peer and visit: milliseconds to both results; bytes, questions and waiting for them."""
    key, certificate = write_certificate(data)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS, headless=True
        )
        visits: dict[str, list[dict[str, float]]] = {peer: [] for peer in peers}
        for peer in peers:
            with serving(data / "served" / peer, key, certificate) as address:
                visits[peer] = [visit(browser, address) for _ in range(ROUNDS)]
        browser.close()
    return visits


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Return what a visitor without anything in memory waits for."""
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        slow_down(page)
        page.goto(address, timeout=LONGEST)
        page.wait_for_function("globalThis.shown", timeout=LONGEST)
        assert not errors, errors
        shown: dict[str, float] = page.evaluate("shown")
        asked = page.evaluate(ASKED)  # a worker asks as well, so the server knows best
        first = [each for each in asked if each["at"] < shown["filtered_at"]]
        for_text = [each["at"] for each in asked if each["at"] >= shown["typed_at"]]
        return {
            "filtered_ms": shown["filtered_ms"],
            "text_ms": shown["text_ms"],
            "bytes": sum(each["bytes"] for each in first),
            "requests": len(first),
            "text_round_trips": round_trips(for_text),
        }


def round_trips(asked_at: Sequence[float]) -> int:
    """Return how often somebody waited for an answer before asking on; instants are in milliseconds."""
    return sum(later - earlier > LATENCY / 2 for earlier, later in pairwise([0, *asked_at]))


def slow_down(page: Page) -> None:
    """Give a page the network of a slow phone."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )


@contextmanager
def serving(folder: Path, key: Path, certificate: Path) -> Iterator[str]:
    """Give the address of a server over these files."""
    command = ["node", str(SEARCH / "serve.mjs"), str(folder), str(key), str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()
        server.terminate()


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a key and a certificate for this machine alone; return their paths. HTTP/2 asks for them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "certificate.pem"
    paths[0].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    paths[1].write_bytes(certificate.public_bytes(Encoding.PEM))
    return paths
