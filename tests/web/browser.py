"""Where the browser is."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "no browser was found: install Debian's chromium (as root: .ci/programs), or put one on the PATH"
