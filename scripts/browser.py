"""Which of this machine's browsers the tests, the benchmarks and the pictures use."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
HOW_TO = "needs a Chromium (Debian: apt install chromium-headless-shell)"
