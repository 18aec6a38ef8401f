"""The report of `cargo xtask contract`, in a headless Chromium."""

import json
import os
import shutil
import time

import pytest
from playwright.sync_api import sync_playwright

import paths
from conftest import installed, note

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A report, a report of texts that attack it, and one of about a hundred operations.
HOSTILE, LARGE = (paths.INPUTS / name for name in ("hostile.html", "large.html"))
FACTS = paths.INPUTS / "report.json"
# The commands of the claims that can be seen.
SHOWN = """() => [...document.querySelectorAll(".claims .item:has(.alone)")]
    .filter((row) => row.checkVisibility() && row.offsetHeight > 0)
    .map((row) => row.querySelector(".alone").textContent)"""
SEARCHED = """(query) => {
    const hash = query ? `#q=${encodeURIComponent(query)}` : "";
    return location.hash === hash && document.body.classList.contains("searching") === (query !== "");
}"""
FOCUSED = "() => document.activeElement.id || document.activeElement.className"
# What is far from the screen has no size until it is scrolled to.
LAY_OUT_ALL = """() => {
    document.styleSheets[0].insertRule("* { content-visibility: visible !important }");
}"""
OUTSIDE = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        && !element.closest(".scroll > *, pre"))
    .map((element) => element.outerHTML.slice(0, 120))"""
# What repeats is of one template: the first few stand for all.
SHORTEN = """() => {
    const rest = ".item:nth-child(n + 4), .operation:nth-of-type(n + 10)";
    document.querySelectorAll(rest).forEach((element) => element.remove());
}"""
AXE = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
INJECT = """() => {
    const script = document.createElement("script");
    script.textContent = "attack()";
    document.body.append(script);
}"""
both = pytest.mark.parametrize("file", [paths.REPORT, HOSTILE], ids=["report", "hostile"])


@pytest.fixture(scope="module")
def claims():
    """The commands of all claims, sorted."""
    return sorted(json.loads(FACTS.read_text("utf-8"))["claims"])


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    if not paths.REPORT.exists():
        pytest.skip("there is no report yet: run cargo xtask contract")
    with sync_playwright() as playwright:
        flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(
            executable_path=found, chromium_sandbox=os.geteuid() != 0, args=flags,
        )
        yield browser
        browser.close()


@pytest.fixture
def show(browser):
    """Opens pages, which keep what they request, complain about and run."""
    contexts = []

    def show(file=paths.REPORT, hash="", **options):
        options = {"viewport": {"width": 1280, "height": 900}} | options
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.requests, page.errors, page.attacks = [], [], 0

        def attacked(*_):
            page.attacks += 1

        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda line: line.type == "error" and page.errors.append(line.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: (attacked(), dialog.dismiss()))
        page.expose_function("attack", attacked)
        page.goto(file.as_uri() + hash)
        return page

    yield show
    for context in contexts:
        context.close()


def search(page, query):
    """Searches, and waits for the result."""
    page.fill("#query", query)
    page.wait_for_function(SEARCHED, arg=query)


def shown(page):
    return sorted(page.evaluate(SHOWN))


def attacks(page):
    """How many attacks have run. One of our own comes last, so that none is still under way."""
    page.evaluate("() => window.attack()")
    return page.attacks - 1


@both
def test_it_requests_nothing_and_has_no_errors(show, file):
    page = show(file)
    search(page, "a")
    assert (page.requests[1:], page.errors) == ([], [])


def test_every_claim_is_there_once(show, claims):
    page = show()
    rows = sorted(page.locator(".claims .item .alone").all_text_contents())
    assert rows == claims, "if the contract has changed, run cargo xtask contract"
    assert claims and shown(page) == claims


def test_search_shows_what_it_finds_and_hides_the_rest(show, claims):
    page = show()
    for claim in (claims[0], claims[len(claims) // 2], claims[-1]):
        query = claim[claim.index("::") + 5 : -3].upper()
        search(page, query)
        found = shown(page)
        assert claim in found and all(query in one.upper() for one in found)
        assert page.locator("#chain").is_hidden()
    search(page, "no-such-thing")
    assert page.locator("main :is(tr, li, article, h2):visible").all_text_contents() == []
    search(page, "")
    assert shown(page) == claims


@pytest.mark.parametrize(
    "kind", [".figures .item", "[id*='-deviation-']", "[id*='-sample-']", ".tests .item", ".rules .item"]
)
def test_everything_is_found(show, claims, kind):
    page = show()
    first = page.locator(kind).first
    search(page, first.locator("h5, th, .alone").first.text_content().strip())
    assert first.is_visible()
    assert len(shown(page)) < len(claims)


def test_the_address_keeps_the_search_and_links_lead_out_of_it(show, claims):
    page = show()
    query = claims[-1].split("::", 1)[1][:-1]
    search(page, query)
    again = show(hash=page.evaluate("() => location.hash"))
    assert again.input_value("#query") == query
    assert shown(again) == shown(page)
    again.evaluate("() => { location.hash = '#lowering' }")
    again.wait_for_function("() => !document.body.classList.contains('searching')")
    assert again.locator("#lowering").is_visible()


def test_it_can_be_used_with_the_keyboard(show):
    page = show()
    for key, focused in (("Tab", "skip"), ("Enter", "main"), ("/", "query")):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == focused
    page.keyboard.type("maximum")
    page.wait_for_function("() => document.body.classList.contains('searching')")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.body.classList.contains('searching')")


@both
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_outside_the_screen(show, file, width):
    page = show(file, viewport={"width": width, "height": 800})
    page.evaluate(LAY_OUT_ALL)
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_all_claims_are_there_without_javascript(show, claims):
    page = show(java_script_enabled=False)
    assert shown(page) == claims
    assert page.locator("#search").is_hidden()
    assert page.locator("noscript .note").is_visible()


def test_all_claims_are_printed(show, claims):
    page = show()
    page.emulate_media(media="print")
    assert shown(page) == claims
    assert page.locator("#search").is_hidden()


def test_hostile_texts_stay_texts(show, request):
    # Without the page's own policy: the escaping alone has to hold.
    page = show(HOSTILE, bypass_csp=True)
    page.evaluate(LAY_OUT_ALL)
    attack = json.loads(FACTS.read_text("utf-8"))["attack"]
    seen = page.evaluate("() => document.body.innerText").count(attack)
    search(page, attack)
    count = page.locator("script").count(), page.locator("body :is(img, svg, iframe, style)").count()
    handlers = """() => [...document.querySelectorAll("*")]
        .filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length"""
    assert (*count, page.evaluate(handlers), attacks(page)) == (1, 0, 0, 0)
    assert seen >= 30
    note(request, f"report: {seen} attacks are shown, none has run")


@pytest.mark.parametrize("bypass_csp", [False, True])
def test_a_script_does_not_run_by_the_policy_of_the_page(show, bypass_csp):
    page = show(bypass_csp=bypass_csp)
    page.evaluate(INJECT)
    assert attacks(page) == int(bypass_csp)


@pytest.mark.parametrize("file, scheme", [(paths.REPORT, "light"), (HOSTILE, "light"), (HOSTILE, "dark")])
def test_axe_finds_nothing(show, file, scheme):
    script = installed("axe-core/axe.min.js").read_text("utf-8")
    page = show(file, color_scheme=scheme)
    page.evaluate(SHORTEN)
    page.evaluate(LAY_OUT_ALL)
    page.evaluate(script)
    violations = page.evaluate(AXE)
    assert [(found["id"], found["nodes"][0]["html"][:120]) for found in violations] == []


def test_a_hundred_operations_can_be_searched(show, request):
    times = [time.monotonic()]
    page = show(LARGE)
    times.append(time.monotonic())
    count = page.locator(".claims .item").count()
    for query in ("maximum _7", ""):
        search(page, query)
        times.append(time.monotonic())
    opened, searched, cleared = (round(1000 * (b - a)) for a, b in zip(times, times[1:]))
    size = LARGE.stat().st_size / 1e6
    assert count > 0
    times = f"opened in {opened} ms, searched in {searched}, cleared in {cleared}"
    note(request, f"report: {count} claims, {size:.1f} MB: {times}")
