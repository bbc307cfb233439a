#!/bin/sh
# Leaves a Chromium that the browser tests can start, or says what to do. Never skips.
set -eu
if command -v chromium >/dev/null || [ -n "$(ls -d "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-* 2>/dev/null)" ]; then
	exit 0
fi
echo "No Chromium was found; installing one ..." >&2
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null && exit 0
fi
.venv/bin/playwright install chromium && exit 0
echo "No Chromium could be installed. Install Debian's package 'chromium', or run '.venv/bin/playwright install --with-deps chromium', then try again." >&2
exit 1
