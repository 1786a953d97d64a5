"""A browser that nothing leaves, and that remembers what went wrong on its pages.

Playwright keeps an event loop running in its thread, so that it must not outlive the module that needs it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

from illicit_power.dataset.snapshot import Snapshot
from tests.conftest import ROOT, running_server

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FAILED_ANSWER = "Failed to load resource: the server responded with a status of"


@dataclass
class Visitor:
    """A window of its own, without cookies or cache.

    :ivar problems: what the console said: scripts that failed, violations of the Content Security Policy, and whatever
        else the browser did not like
    :ivar leaks: addresses elsewhere that were asked for; no such request gets out
    """

    server: str
    page: Page
    problems: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """The page at a path of the server; an answer that is an error is a page too."""
        self.page.goto(self.server + path)
        return self.page

    def guard(self, route: Route) -> None:
        if route.request.url.startswith(self.server + "/"):
            route.continue_()
        else:
            self.leaks.append(route.request.url)
            route.abort()

    def listen(self, message: ConsoleMessage) -> None:
        of_the_page = message.text.startswith(_FAILED_ANSWER) and message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not of_the_page:
            self.problems.append(message.text)


@dataclass(frozen=True)
class Visitors:
    """Opens windows in a browser."""

    server: str
    browser: Browser

    @contextmanager
    def __call__(self, width: int = 1280, **options: Any) -> Iterator[Visitor]:
        """A window; ``options`` are those of ``Browser.new_context``."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, **options)
        visitor = Visitor(self.server, context.new_page())
        # A pattern such as "http*://**" would match nothing, and let everything through.
        context.route(lambda url: url.startswith(("http:", "https:", "ws:", "wss:")), visitor.guard)
        visitor.page.on("console", visitor.listen)
        visitor.page.on("pageerror", lambda error: visitor.problems.append(str(error)))
        try:
            yield visitor
        finally:
            context.close()


@pytest.fixture(scope="module")
def pages(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the real dataset on which queries can be kept."""
    kept = tmp_path_factory.mktemp("kept-queries")
    folders = ("--source", str(ROOT), "--snapshots", str(snapshot.path.parent), "--kept-queries", str(kept))
    with running_server(*folders) as address:
        yield address


@pytest.fixture(scope="module")
def visit(pages: str) -> Iterator[Visitors]:
    chromium = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        reason = f"there is no browser: install one of {', '.join(_NAMES)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        # Chromium has no sandbox for root, as whom containers run tests.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Visitors(pages, browser)
        browser.close()
