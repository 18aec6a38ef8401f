"use strict";
// The search: shows the items that have all words of the query, and the groups around them.
(() => {
  const form = document.getElementById("search");
  const input = document.getElementById("query");
  const found = document.getElementById("found");
  const START = "#q=";
  let tree = null;
  let all = null;

  // The groups with their items and inner groups. An item is found by the names of its groups too.
  const grow = () => {
    const root = { name: "", items: [], groups: [] };
    const groups = new Map([[null, root]]);
    for (const element of document.querySelectorAll(".group, .item")) {
      const above = groups.get(element.parentElement.closest(".group"));
      if (element.classList.contains("item")) {
        const text = `${above.name} ${element.textContent}`.toLowerCase();
        above.items.push({ element, text });
      } else {
        const name = element.querySelector(":scope > .name")?.textContent ?? "";
        const group = { element, name: `${above.name} ${name}`, items: [], groups: [] };
        above.groups.push(group);
        groups.set(element, group);
      }
    }
    return root;
  };

  const hide = (element, hidden) => {
    if (element.hidden !== hidden) element.hidden = hidden;
  };

  // Marks what has all words; returns how many items these are.
  const mark = (group, words) => {
    group.count = 0;
    for (const item of group.items) {
      item.matches = words.every((word) => item.text.includes(word));
      group.count += item.matches;
    }
    for (const inner of group.groups) group.count += mark(inner, words);
    return group.count;
  };

  // Touches nothing inside a group that is hidden as a whole: that is what makes it quick.
  const show = (group, searching) => {
    const hidden = searching && group.count === 0;
    hide(group.element, hidden);
    if (hidden) return;
    for (const item of group.items) hide(item.element, !item.matches);
    for (const inner of group.groups) show(inner, searching);
  };

  const filter = (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const searching = words.length > 0;
    if (!searching && !tree) return;
    tree ??= grow();
    all ??= mark(tree, []);
    const count = mark(tree, words);
    for (const group of tree.groups) show(group, searching);
    document.body.classList.toggle("searching", searching);
    found.textContent = searching ? `${count} of ${all} entries` : "";
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

  let waiting = null;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = null;
      toAddress();
      filter(input.value);
    }, 80);
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", changed);
  // What is typed meanwhile is newer than the link.
  addEventListener("hashchange", () => {
    if (waiting === null) fromAddress();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== input) {
      event.preventDefault();
      input.focus();
    }
  });
  fromAddress();
})();
