"""Five pages in a real browser, open and refreshing themselves until this process is stopped. Says "open" when all have drawn.

python benchmarks/_pages.py URL
"""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import sync_playwright

PAGES = ("", "procurement", "finance", "it", "investigate")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    browser_program = shutil.which("chromium")
    if browser_program is None:
        raise SystemExit("chromium is not installed: apt-get install -y chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=_FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        for path in PAGES:
            page = context.new_page()
            page.goto(f"{sys.argv[1]}/{path}", wait_until="domcontentloaded")
            page.locator("h1").first.wait_for(timeout=120_000)
        print("open", flush=True)  # noqa: T201
        context.pages[0].wait_for_timeout(24 * 3600 * 1000)


if __name__ == "__main__":
    main()
