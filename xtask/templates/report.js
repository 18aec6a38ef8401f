"use strict";
// The search: shows the items that have all words of the query, and the groups they stand in.
(() => {
  const form = document.getElementById("search");
  const input = document.getElementById("query");
  const found = document.getElementById("found");
  const START = "#q=";
  let items = null;

  // What the groups around an element are called, so that an item is found by them too.
  const names = new Map();
  const context = (element) => {
    const group = element?.closest(".group");
    if (!group) return "";
    if (!names.has(group)) {
      const name = group.querySelector(":scope > .name")?.textContent ?? "";
      names.set(group, `${context(group.parentElement)} ${name}`);
    }
    return names.get(group);
  };

  const collect = () => {
    const elements = [...document.querySelectorAll(".item")];
    return elements.map((element) => ({
      element,
      text: `${context(element.parentElement)} ${element.textContent}`.toLowerCase(),
    }));
  };

  const filter = (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const searching = words.length > 0;
    if (!searching && items === null) return;
    items ??= collect();
    const groups = new Set();
    let count = 0;
    for (const { element, text } of items) {
      const matches = words.every((word) => text.includes(word));
      element.hidden = !matches;
      if (!matches) continue;
      count += 1;
      let group = element.closest(".group");
      while (group && !groups.has(group)) {
        groups.add(group);
        group = group.parentElement.closest(".group");
      }
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = searching && !groups.has(group);
    }
    document.body.classList.toggle("searching", searching);
    found.textContent = searching ? `${count} of ${items.length} entries` : "";
  };

  const fromAddress = () => {
    const hash = location.hash;
    let query = "";
    if (hash.startsWith(START)) {
      try {
        query = decodeURIComponent(hash.slice(START.length));
      } catch {
        query = hash.slice(START.length);
      }
    }
    if (query === input.value) return;
    input.value = query;
    filter(query);
    // A link into the page shows what it leads to, which the search may have hidden.
    if (!query && hash) document.getElementById(hash.slice(1))?.scrollIntoView();
  };

  const toAddress = () => {
    const query = input.value.trim();
    const hash = query ? START + encodeURIComponent(query) : "";
    history.replaceState(null, "", location.href.split("#")[0] + hash);
  };

  let waiting = 0;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      toAddress();
      filter(input.value);
    }, 80);
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", changed);
  addEventListener("hashchange", fromAddress);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== input) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && event.target === input) {
      input.value = "";
      changed();
    }
  });
  fromAddress();
})();
