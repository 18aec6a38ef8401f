// Opens the report in a headless browser and checks that it is what it should be.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const task = JSON.parse(readFileSync(process.argv[2], "utf8"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const address = (file, hash = "") => pathToFileURL(file).href + hash;
const isRoot = process.getuid?.() === 0;

/** Fails with a message unless a condition holds. */
const ensure = (condition, message) => {
  if (!condition) throw new Error(message);
};

/** A fresh page; what it asks for and complains about is kept in `log`. */
const open = async (browser, file, { hash = "", ...options } = {}) => {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const log = { requests: [], errors: [], attacks: 0 };
  page.on("request", (request) => log.requests.push(request.url()));
  page.on("console", (line) => line.type() === "error" && log.errors.push(line.text()));
  page.on("pageerror", (error) => log.errors.push(String(error)));
  page.on("dialog", (dialog) => {
    log.attacks += 1;
    return dialog.dismiss();
  });
  await page.exposeFunction("attack", () => (log.attacks += 1));
  await page.goto(address(file, hash));
  return { page, log, close: () => context.close() };
};

/** How many attacks have run. One of our own comes after them, so that none is still under way. */
const attacks = async (page, log) => {
  await page.evaluate(() => window.attack());
  return log.attacks - 1;
};

/** The commands of the claims that are to be seen. */
const shown = (page) =>
  page.evaluate(() => {
    const rows = [...document.querySelectorAll(".claims .item:has(.alone)")];
    const seen = rows.filter((row) => row.checkVisibility() && row.offsetHeight > 0);
    return seen.map((row) => row.querySelector(".alone").textContent);
  });

/** Types a query and waits until the search is done. */
const search = async (page, query) => {
  await page.fill("#query", query);
  await page.waitForFunction((query) => {
    const hash = query ? `#q=${encodeURIComponent(query)}` : "";
    const searching = document.body.classList.contains("searching");
    return location.hash === hash && searching === (query !== "");
  }, query);
};

/** Lays everything out: what is far from the screen has no text and no size until one gets there. */
const layOutAll = (page) =>
  page.evaluate(() => {
    document.styleSheets[0].insertRule("* { content-visibility: visible !important }");
  });

const sameSet = (some, others) =>
  some.length === others.length && some.every((one) => others.includes(one));

const checks = {
  async "nothing is asked for but the page, and nothing is complained about"(browser) {
    for (const file of [task.report, task.hostile]) {
      const { page, log, close } = await open(browser, file);
      await search(page, "a");
      ensure(log.requests.length === 1, `requests: ${log.requests.slice(1).join(", ")}`);
      ensure(log.errors.length === 0, `errors: ${log.errors.join("; ")}`);
      await close();
    }
    return "1 request each, 0 errors";
  },

  async "every claim is on the page, once"(browser) {
    const { page, close } = await open(browser, task.report);
    const rows = await page.locator(".claims .item .alone").allTextContents();
    const missing = task.claims.filter((claim) => !rows.includes(claim));
    const old = rows.filter((row) => !task.claims.includes(row));
    ensure(missing.length + old.length === 0,
      `missing: ${missing.slice(0, 5)}; of no claim: ${old.slice(0, 5)}; if the contract has changed: cargo xtask contract`);
    ensure(rows.length === task.claims.length, `${rows.length} rows for ${task.claims.length} claims`);
    ensure(sameSet(await shown(page), rows), "some are not to be seen");
    await close();
    return `${rows.length} claims`;
  },

  async "search shows what it finds and hides the rest, and clearing shows all"(browser) {
    const { page, close } = await open(browser, task.report);
    const all = await shown(page);
    const last = task.claims.length - 1;
    for (const index of [0, Math.floor(last / 2), last]) {
      const claim = task.claims[index];
      const query = claim.slice(claim.indexOf("::") + 5, -3).toUpperCase();
      await search(page, query);
      const found = await shown(page);
      ensure(found.includes(claim), `${query} does not find ${claim}`);
      const wrong = found.filter((one) => !one.toUpperCase().includes(query));
      ensure(wrong.length === 0, `${query} also finds ${wrong[0]}`);
      ensure(await page.locator("#chain").isHidden(), "what is no entry stays");
    }
    await search(page, "no-such-thing");
    const left = await page.locator("main :is(tr, li, article, h2):visible").allTextContents();
    ensure(left.length === 0, `what is not there is found: ${left[0]}`);
    await search(page, "");
    ensure(sameSet(await shown(page), all), "clearing does not show all");
    await close();
    return "3 claims, nothing, all";
  },

  async "deviations, rules, operations and tests are found"(browser) {
    const { page, close } = await open(browser, task.report);
    for (const kind of [".figures .item", "[id*='-deviation-']", "[id*='-sample-']", ".tests .item", ".rules .item"]) {
      const name = await page.locator(kind).first().locator("h5, th, .alone").first().textContent();
      await search(page, name.trim());
      ensure(await page.locator(kind).first().isVisible(), `${kind}: ${name} is not found`);
      ensure((await shown(page)).length < task.claims.length, `${name} hides nothing`);
    }
    await close();
  },

  async "the address keeps the search, and links lead out of it"(browser) {
    const { page, close } = await open(browser, task.report);
    const query = task.claims.at(-1).split("::").slice(1).join("::").slice(0, -1);
    await search(page, query);
    const found = await shown(page);
    const again = await open(browser, task.report, { hash: new URL(page.url()).hash });
    ensure((await again.page.inputValue("#query")) === query, "the query is not restored");
    ensure(sameSet(await shown(again.page), found), "the search is not restored");
    await again.page.evaluate(() => (location.hash = "#lowering"));
    await again.page.waitForFunction(() => !document.body.classList.contains("searching"));
    ensure(await again.page.locator("#lowering").isVisible(), "a link leads to nothing");
    await again.close();
    await close();
  },

  async "it can be used with the keyboard"(browser) {
    const { page, close } = await open(browser, task.report);
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
    await page.keyboard.press("Tab");
    ensure((await focused()) === "skip", `the first stop is ${await focused()}`);
    await page.keyboard.press("Enter");
    ensure((await focused()) === "main", "the first link does not lead to the content");
    await page.keyboard.press("/");
    ensure((await focused()) === "query", "/ does not lead to the search");
    await page.keyboard.type("maximum");
    await page.waitForFunction(() => document.body.classList.contains("searching"));
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.body.classList.contains("searching"));
    await close();
  },

  async "nothing stands out of the screen at 360 and 1280 pixels"(browser) {
    for (const file of [task.report, task.hostile]) {
      for (const width of [360, 1280]) {
        const { page, close } = await open(browser, file, { viewport: { width, height: 800 } });
        await layOutAll(page);
        const wide = await page.evaluate(() => {
          const limit = document.documentElement.clientWidth + 1;
          const elements = [...document.querySelectorAll("body *")];
          const out = elements.filter((element) =>
            element.getBoundingClientRect().right > limit && !element.closest(".scroll > *, pre"));
          return out.slice(0, 3).map((element) => element.outerHTML.slice(0, 120));
        });
        const page360 = await page.evaluate(() => document.documentElement.scrollWidth);
        ensure(wide.length === 0 && page360 <= width, `at ${width}: ${page360} wide; ${wide.join(" ")}`);
        await close();
      }
    }
  },

  async "without JavaScript all claims are there"(browser) {
    const { page, close } = await open(browser, task.report, { javaScriptEnabled: false });
    ensure(sameSet(await shown(page), task.claims), `${(await shown(page)).length} claims`);
    ensure(await page.locator("#search").isHidden(), "the search is there and does nothing");
    ensure(await page.locator("noscript .note").isVisible(), "nothing says why there is no search");
    await close();
    return `${task.claims.length} claims`;
  },

  async "printed, all claims are there"(browser) {
    const { page, close } = await open(browser, task.report);
    await page.emulateMedia({ media: "print" });
    ensure(sameSet(await shown(page), task.claims), `${(await shown(page)).length} claims`);
    ensure(await page.locator("#search").isHidden(), "the search is printed");
    await close();
  },

  async "texts of a hostile contract stay texts"(browser) {
    // The page's own policy is switched off: the escaping alone has to hold.
    const { page, log, close } = await open(browser, task.hostile, { bypassCSP: true });
    await layOutAll(page);
    const elements = await page.evaluate(() => ({
      scripts: document.scripts.length,
      others: [...document.querySelectorAll("img, svg, iframe, style:not(head style)")].length,
      handlers: [...document.querySelectorAll("*")].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith("on"))).length,
      text: document.body.innerText,
    }));
    await search(page, task.attack);
    ensure(elements.scripts === 1, `${elements.scripts} scripts`);
    ensure(elements.others === 0, `${elements.others} elements that no template has`);
    ensure(elements.handlers === 0, `${elements.handlers} elements with a handler`);
    const run = await attacks(page, log);
    ensure(run === 0, `${run} attacks have run`);
    const seen = elements.text.split(task.attack).length - 1;
    ensure(seen >= 30, `only ${seen} of the texts are to be seen`);
    await close();
    return `${seen} attacks, none has run`;
  },

  async "a script that got in would not run, by the page's policy"(browser) {
    for (const bypassCSP of [false, true]) {
      const { page, log, close } = await open(browser, task.report, { bypassCSP });
      await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "attack()";
        document.body.append(script);
      });
      const run = await attacks(page, log);
      ensure(run === Number(bypassCSP), `${run} has run ${bypassCSP ? "without" : "with"} the policy`);
      await close();
    }
  },

  async "axe finds nothing that keeps anybody out, light and dark"(browser) {
    for (const file of [task.report, task.hostile]) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, close } = await open(browser, file, { colorScheme });
        await layOutAll(page);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        const told = violations.map((found) => `${found.id}: ${found.nodes[0].html.slice(0, 120)} (${found.nodes.length})`);
        ensure(violations.length === 0, `${colorScheme}: ${told.join("; ")}`);
        await close();
      }
    }
  },

  async "a hundred operations can be searched"(browser) {
    const start = performance.now();
    const { page, close } = await open(browser, task.large);
    const opened = performance.now();
    const claims = await page.locator(".claims .item").count();
    const searching = performance.now();
    await search(page, "maximum _7");
    const found = performance.now();
    await search(page, "");
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    const cleared = performance.now();
    const times = [opened - start, found - searching, cleared - found].map(Math.round);
    await close();
    const size = (readFileSync(task.large).length / 1e6).toFixed(1);
    return `${claims} claims, ${size} MB: opened in ${times[0]} ms, searched in ${times[1]}, cleared in ${times[2]}`;
  },
};

const browser = await chromium.launch({
  executablePath: task.browser,
  chromiumSandbox: !isRoot,
  args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    const told = await check(browser);
    console.log(`ok     ${name}${told ? `: ${told}` : ""}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message}`);
  }
}
await browser.close();
process.exitCode = failed === 0 ? 0 : 1;
