#!/bin/sh
# Leaves a Chromium that the browser tests can start, or says what to do. Never skips.
# Best is the headless shell, which Playwright itself would take: whole Chromium costs twice as much.
set -eu
is_there() { command -v "$1" >/dev/null; }
installed() {
	is_there apt-get && [ "$(id -u)" = 0 ] || return 1
	echo "Installing $1 ..." >&2
	apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20 update >/dev/null 2>&1 || true
	DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$1" >/dev/null 2>&1
}

if is_there chromium-headless-shell || [ -n "$(ls -d "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium_headless_shell-* 2>/dev/null)" ]; then
	exit 0
fi
installed chromium-headless-shell && exit 0
is_there chromium && exit 0
installed chromium && exit 0
.venv/bin/playwright install chromium && exit 0
echo "No Chromium could be installed. Install Debian's package 'chromium-headless-shell', or run '.venv/bin/playwright install --with-deps chromium', then try again." >&2
exit 1
