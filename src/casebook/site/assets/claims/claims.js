// A filter for the table of claims. The table is whole without it; nothing here is needed to read.
(function () {
  "use strict";
  const table = document.querySelector("table.claim-ledger");
  if (!table) return;
  const said = (row, part) => (row.querySelector(part) || { textContent: "" }).textContent.trim();
  const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const claims = Array.from(table.tBodies[0].rows, (row) => ({
    row,
    article: said(row, ".claim-article"),
    lesson: said(row, ".claim-lesson"),
    verdict: said(row, ".verdict"),
    words: plain(row.textContent),
  }));
  const order = ["supported", "contradicted", "definition differs", "not settled"];

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function choice(name, words, all) {
    const values = [...new Set(claims.map((claim) => claim[name]))];
    values.sort(name === "verdict" ? (a, b) => order.indexOf(a) - order.indexOf(b) : undefined);
    const select = make("select", { name }, make("option", { value: "" }, all));
    for (const value of values) select.append(make("option", { value }, value));
    return make("label", {}, words, select);
  }

  const input = make("input", { type: "search", name: "words", autocomplete: "off", enterkeyhint: "search" });
  const status = make("p", { role: "status", "aria-live": "polite" });
  const form = make(
    "form",
    { class: "claim-filter", "aria-label": "Filter the claims", role: "search" },
    choice("article", "Article", "All articles"),
    choice("lesson", "Lesson", "All lessons"),
    choice("verdict", "Verdict", "All verdicts"),
    make("label", {}, "Words", input),
    status,
    make("button", { type: "reset" }, "Show all")
  );
  const fields = Array.from(form.querySelectorAll("select, input"));

  function show() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const claim of claims) {
      const fits =
        ["article", "lesson", "verdict"].every((name) => !form.elements[name].value || form.elements[name].value === claim[name]) &&
        words.every((word) => claim.words.includes(word));
      claim.row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    status.textContent = shown
      ? "Showing " + shown + " of " + claims.length + " claims."
      : "No claim fits. Choose less, or press Show all.";
  }

  function remember() {
    const chosen = new URLSearchParams(fields.filter((field) => field.value.trim()).map((field) => [field.name, field.value.trim()]));
    const query = chosen.toString();
    try {
      history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + location.hash);
    } catch (error) { /* a page opened from a disk has no address to change */ }
  }

  function recall() {
    const asked = new URLSearchParams(location.search);
    for (const field of fields) {
      field.value = asked.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
  }

  // Each count leads to the claims that it counts.
  function link(term) {
    const verdict = said(term, ".verdict");
    const count = make("a", { href: "?" + new URLSearchParams({ verdict }) + "#all-claims" }, term.lastChild.textContent.trim());
    count.append(make("span", { class: "visually-hidden" }, " claims are " + verdict + ": show them"));
    count.addEventListener("click", (event) => {
      event.preventDefault();
      for (const field of fields) field.value = field.name === "verdict" ? verdict : "";
      show();
      remember();
      form.scrollIntoView();
      form.elements.verdict.focus({ preventScroll: true });
    });
    term.lastChild.replaceWith(count);
  }

  // A link to one claim shows it, whatever is chosen.
  function reveal() {
    const claim = claims.find(({ row }) => row.id && row.id === decodeURIComponent(location.hash.slice(1)));
    if (!claim) return;
    if (claim.row.hidden) form.reset();
    claim.row.scrollIntoView();
  }

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { show(); remember(); }, 150);
  });
  form.addEventListener("reset", () => {
    clearTimeout(waiting);
    for (const field of fields) field.value = "";
    show();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  (table.closest(".pst-scrollable-table-container") || table).before(form);
  for (const term of document.querySelectorAll("dl.claim-counts dt")) link(term);
  recall();
  show();
  if (location.hash) reveal();
})();
