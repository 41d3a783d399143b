"""The page in a real browser, as people use it: `make test-browser`."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 30_000
"""Milliseconds for what the page waits for: the machine may be busy."""

SENTENCE = "the sum of the even numbers in a"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server on a free port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "saps", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stderr.readline())
    assert found is not None
    with socket.create_connection(("127.0.0.1", int(found[1])), timeout=60):
        yield found[0]
    server.terminate()
    server.stderr.close()
    assert server.wait(30) in (0, -15)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert path is not None, "no Chromium; CHROMIUM names one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened; whatever goes wrong in it fails the test."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.goto(address)
    yield page
    assert faults == []
    context.close()


def ask(page: Page, sentence: str) -> None:
    page.get_by_label("Sentence").fill(sentence)
    page.get_by_role("button", name="Synthesize").click()
    expect(page.get_by_role("status").first).to_have_text(re.compile("answered|no answer"))


def test_a_question_is_answered_explained_and_shown_in_python(page: Page) -> None:
    ask(page, SENTENCE)
    expect(page.locator("#explanation")).to_contain_text("even")
    expect(page.locator("#program")).to_contain_text("(reduce (filter a")
    expect(page.locator("#python")).to_contain_text("def program(a: list[int]) -> int:")
    expect(page.locator("#runs tr")).to_have_count(3)


def test_reloading_and_going_back_lose_nothing(page: Page) -> None:
    ask(page, SENTENCE)
    ask(page, "the largest of a")
    page.reload()
    expect(page.get_by_label("Sentence")).to_have_value("the largest of a")
    expect(page.locator("#explanation")).to_contain_text(re.compile("largest|greatest|maximum|biggest"))
    page.go_back()
    expect(page.get_by_label("Sentence")).to_have_value(SENTENCE)
    expect(page.locator("#explanation")).to_contain_text("even")


def test_one_runs_it_on_values_of_ones_own(page: Page) -> None:
    ask(page, SENTENCE)
    page.get_by_label("a", exact=True).fill("[2, 3, 40]")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#value")).to_have_text("gives 42")
    page.get_by_label("a", exact=True).fill("[2,")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#value")).to_contain_text("expected a JSON value")


def test_types_and_examples_are_heard(page: Page) -> None:
    page.get_by_text("Types and examples").click()
    page.get_by_label("Arguments").fill("prices: int[]")
    page.get_by_label("Examples").fill("prices=[1, 2, 4] -> 6")
    ask(page, "the sum of the even prices")
    expect(page.locator("#signature")).to_have_text("prices: int[] -> int")
    expect(page.locator("#runs")).to_contain_text("as expected")


def test_an_alternative_is_chosen_by_keyboard(page: Page) -> None:
    ask(page, SENTENCE)
    before = page.locator("#program").inner_text()
    page.locator("#alternatives button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text("chosen by you")
    assert page.locator("#program").inner_text() != before


def test_a_double_click_asks_once_more_and_no_harm(page: Page) -> None:
    page.get_by_label("Sentence").fill(SENTENCE)
    page.get_by_role("button", name="Synthesize").dblclick()
    expect(page.get_by_role("status").first).to_have_text("answered")
    page.go_back()
    expect(page.get_by_label("Sentence")).to_have_value("")


def test_what_is_typed_is_shown_as_text(page: Page) -> None:
    ask(page, '<img src=x onerror="document.title=1"> the sum of a')
    assert page.locator("#answer img").count() == 0
    assert page.title() == "saps"


def test_a_pasted_text_with_tabs_and_newlines_is_one_sentence(page: Page) -> None:
    ask(page, "the sum of\n\tthe even numbers\n in a\n")
    expect(page.locator("#explanation")).to_contain_text("even")


def test_errors_are_told(page: Page) -> None:
    page.get_by_text("Types and examples").click()
    page.get_by_label("Arguments").fill("a int")
    page.get_by_label("Sentence").fill("the sum of a")
    page.get_by_role("button", name="Synthesize").click()
    expect(page.get_by_role("status").first).to_contain_text("a name and a type")


def test_it_copies_python(page: Page) -> None:
    ask(page, SENTENCE)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").first).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("def program")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_schemes(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 360, "height": 740})
    ask(page, SENTENCE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 23, 26)"}[scheme]
