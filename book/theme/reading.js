// What a page of the book does when it is touched: colours, drawers, search, copying, hints.
// Everything that is read is there without this file.
(function () {
  "use strict";
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 1099px)");
  const find = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function picture(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#icon-" + name);
    svg.append(use);
    return svg;
  }

  // --- light, dark, or as the system ---------------------------------------------------------
  const system = matchMedia("(prefers-color-scheme: dark)");
  const next = { auto: "light", light: "dark", dark: "auto" };
  const said = { auto: "as the system", light: "light", dark: "dark" };

  function paint(mode) {
    const theme = mode === "auto" ? (system.matches ? "dark" : "light") : mode;
    if (root.dataset.mode !== mode) root.dataset.mode = mode;
    if (root.dataset.theme !== theme) root.dataset.theme = theme;
    for (const button of find("[data-theme-switch] .visually-hidden")) button.textContent = "Colours: " + said[mode];
    try {
      localStorage.setItem("mode", mode);
      localStorage.setItem("theme", theme);
    } catch (error) { /* storage is closed: the choice lasts for this page */ }
  }

  for (const button of find("[data-theme-switch]")) button.addEventListener("click", () => paint(next[root.dataset.mode] || "auto"));
  system.addEventListener("change", () => root.dataset.mode === "auto" && paint("auto"));
  paint(root.dataset.mode || "auto");

  // --- contents as drawers on narrow screens -------------------------------------------------
  // What lies beside the text on a wide screen is moved into a dialog, and back when it closes.
  function openDrawer(content, button) {
    const home = document.createComment("");
    const drawer = document.createElement("dialog");
    const close = document.createElement("button");
    const word = document.createElement("span");
    drawer.className = "frame-drawer frame-drawer-" + content.id;
    drawer.setAttribute("aria-label", button.textContent.trim());
    close.className = "frame-button frame-drawer-close";
    close.type = "button";
    word.className = "visually-hidden";
    word.textContent = "Close";
    close.append(picture("close"), word);
    close.addEventListener("click", () => drawer.close());
    content.before(home);
    drawer.append(close, content);
    document.body.append(drawer);
    drawer.addEventListener("click", (event) => {
      if (event.target === drawer || event.target.closest("a")) drawer.close();
    });
    drawer.addEventListener("close", () => {
      home.replaceWith(content);
      drawer.remove();
      narrow.removeEventListener("change", shut);
    });
    const shut = () => drawer.close();
    narrow.addEventListener("change", shut);
    drawer.showModal();
    const here = content.querySelector("[aria-current]");
    if (here) here.scrollIntoView({ block: "center" });
  }

  // --- search: loaded when it is first opened ------------------------------------------------
  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  let searching;
  function search(place) {
    searching = searching || Promise.all([load(place.dataset.script), load(place.dataset.index)]);
    searching.then(
      () => window.casebookSearch(place, root.dataset.content_root || "./"),
      () => { place.querySelector(".search-said").textContent = "The search could not be loaded."; searching = undefined; },
    );
  }

  function openSearch() {
    const dialog = document.getElementById("site-search");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    dialog.querySelector("input").select();
    search(dialog);
  }

  for (const button of find("[data-opens]")) {
    const content = document.getElementById(button.dataset.opens);
    if (!content) button.hidden = true;
    else button.addEventListener("click", () => (content.matches("dialog") ? openSearch() : openDrawer(content, button)));
  }
  for (const button of find("[data-closes]")) button.addEventListener("click", () => document.getElementById(button.dataset.closes).close());
  for (const dialog of find("dialog.frame-dialog")) dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  for (const place of find(".search-page")) search(place);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openSearch();
    }
  });

  // --- code that can be copied, and whatever scrolls sideways can be reached by keyboard -------
  for (const code of find("div.highlight > pre")) {
    if (!navigator.clipboard) break;
    const button = document.createElement("button");
    const word = document.createElement("span");
    button.type = "button";
    button.className = "copy-code";
    word.className = "visually-hidden";
    word.setAttribute("role", "status");
    word.textContent = "Copy this code";
    button.append(picture("copy"), word);
    button.addEventListener("click", () => navigator.clipboard.writeText(code.innerText.trimEnd() + "\n").then(() => {
      button.firstChild.replaceWith(picture("done"));
      word.textContent = "Copied";
      setTimeout(() => { button.firstChild.replaceWith(picture("copy")); word.textContent = "Copy this code"; }, 2000);
    }));
    code.parentElement.append(button);
  }

  const scrolled = "div.highlight > pre, .cell_output .output.text_html, .cell_output pre, .pst-scrollable-table-container, .table-wrapper, div.math, math[display]";
  function reach(box) {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls === box.hasAttribute("tabindex")) return;
    if (!scrolls) return ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", (box.matches("pre") ? "Code" : "Table") + " " + (boxes.indexOf(box) + 1) + ", scrolls sideways");
  }
  const boxes = find(scrolled);
  const sizes = new ResizeObserver((changes) => changes.forEach((change) => reach(change.target)));
  boxes.forEach((box) => sizes.observe(box));

  // --- hints: kept inside the window, closed by Escape, and on a touch screen opened by the first touch ---
  for (const term of find(".term-hint")) {
    const hint = term.querySelector(".hint");
    const open = () => {
      term.classList.remove("hint-closed");
      hint.style.removeProperty("--hint-shift");
      const over = hint.getBoundingClientRect().right - root.clientWidth + 8;
      if (over > 0) hint.style.setProperty("--hint-shift", -over + "px");
    };
    let touched = false;
    term.addEventListener("pointerenter", open);
    term.addEventListener("focusin", open);
    term.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch" && !term.contains(document.activeElement);
    });
    term.addEventListener("click", (event) => {
      if (!touched) return;
      touched = false;
      event.preventDefault();
      term.querySelector("a").focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const term of find(".term-hint")) term.classList.add("hint-closed");
  });

  // --- where am I? -----------------------------------------------------------------------------
  const links = new Map(find("#page-contents a[href^='#']").map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const sections = find("article section[id]").filter((section) => links.has(section.id));
  const seen = new Set();
  const where = new IntersectionObserver((changes) => {
    for (const change of changes) change.isIntersecting ? seen.add(change.target) : seen.delete(change.target);
    const last = sections.filter((section) => seen.has(section)).pop();
    for (const [id, link] of links) {
      if (last && id === last.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  sections.forEach((section) => where.observe(section));

  // --- paper: everything that is folded is printed open ------------------------------------------
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = find("article details:not([open])");
    folded.forEach((box) => (box.open = true));
  });
  addEventListener("afterprint", () => folded.forEach((box) => (box.open = false)));
  // A link into a folded box opens it.
  function unfold() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
