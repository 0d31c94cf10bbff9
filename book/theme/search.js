// The search of the book: all in the browser, from one index, without a server.
// Loaded when the search box is first opened, together with the index (casebookSearchIndex).
(function () {
  "use strict";
  const SHOWN = 12;
  // How much a word counts in the title of its page, in a heading, in the text; and what length costs (BM25).
  const FIELDS = [6, 4, 1];
  const K1 = 1.2, B = 0.75;
  const WORDS = /[\p{Script=Han}]|[\p{L}\p{N}]+/gu;
  const COMMON = new Set("a an and are as at be but by can do does for from how i if in into is it its no not of on or so than that the their then there these they this to was what when where which who whose why will with you your".split(" "));

  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  // "parcels" finds "parcel": a plural is all that is cut off.
  const stem = (word) => (word.length > 4 && /ies$/.test(word) ? word.slice(0, -3) + "y" : word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word);
  const wordsOf = (text) => (plain(text).match(WORDS) || []).map(stem);

  let prepared;
  function prepare(index) {
    const places = new Map(); // word -> Map(entry -> weight)
    const lengths = index.entries.map(([page, , heading, text], entry) => {
      let length = 0;
      [index.pages[page][1], heading, text].forEach((part, field) => {
        const first = field === 0 && index.entries[entry - 1] && index.entries[entry - 1][0] === page;
        for (const word of wordsOf(part)) {
          length += field === 2 ? 1 : 0;
          const found = places.get(word) || places.set(word, new Map()).get(word);
          // A page's title speaks for its first section fully, and a little for the others.
          found.set(entry, (found.get(entry) || 0) + (first ? 1 : FIELDS[field]));
        }
      });
      return length;
    });
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
    return { index, places, lengths, mean, vocabulary: [...places.keys()].sort() };
  }

  function near(word, other) {
    // One letter wrong, missing, too many, or two swapped.
    if (Math.abs(word.length - other.length) > 1) return false;
    let at = 0;
    while (at < word.length && word[at] === other[at]) at += 1;
    const rest = (text, from) => text.slice(from);
    return rest(word, at + 1) === rest(other, at + 1) || rest(word, at) === rest(other, at + 1) || rest(word, at + 1) === rest(other, at)
      || (word[at] === other[at + 1] && word[at + 1] === other[at] && rest(word, at + 2) === rest(other, at + 2));
  }

  // The words of the book that a typed word stands for, and how well.
  function meant({ vocabulary, places }, word, last) {
    const exact = places.has(word) ? [[word, 1]] : [];
    const longer = word.length > 1 && (last || !exact.length) ? vocabulary.filter((other) => other !== word && other.startsWith(word)).map((other) => [other, 0.6 * word.length / other.length + 0.2]) : [];
    if (exact.length || longer.length || word.length < 4) return exact.concat(longer);
    return vocabulary.filter((other) => near(word, other)).map((other) => [other, 0.4]);
  }

  function search(book, typed) {
    const all = wordsOf(typed);
    const telling = all.filter((word) => !COMMON.has(word));
    const asked = [...new Set(telling.length ? telling : all)];
    const scores = new Map(); // entry -> [how many of the words, score]
    const marked = new Set();
    asked.forEach((word, place) => {
      const best = new Map();
      for (const [other, trust] of meant(book, word, place === asked.length - 1)) {
        marked.add(other);
        const found = book.places.get(other);
        const rarity = Math.log(1 + (book.lengths.length - found.size + 0.5) / (found.size + 0.5));
        for (const [entry, weight] of found) {
          const length = 1 - B + (B * book.lengths[entry]) / book.mean;
          best.set(entry, Math.max(best.get(entry) || 0, (trust * rarity * weight * (K1 + 1)) / (weight + K1 * length)));
        }
      }
      for (const [entry, score] of best) {
        const [count, sum] = scores.get(entry) || [0, 0];
        scores.set(entry, [count + 1, sum + score]);
      }
    });
    const most = Math.max(0, ...[...scores.values()].map(([count]) => count));
    const phrase = plain(typed).trim();
    const results = [...scores].filter(([, [count]]) => count === most).map(([entry, [, score]]) => {
      const [, , heading, text] = book.index.entries[entry];
      const whole = (words) => asked.length > 1 && plain(words).includes(phrase);
      return [entry, score * (whole(heading) ? 3 : whole(text) ? 1.5 : 1)];
    });
    return { results: results.sort((a, b) => b[1] - a[1] || a[0] - b[0]), marked, partly: most < asked.length };
  }

  // --- on the page -------------------------------------------------------------------------------
  function marking(element, text, marked) {
    let done = 0;
    for (const found of text.matchAll(WORDS)) {
      if (!marked.has(stem(plain(found[0])))) continue;
      const mark = document.createElement("mark");
      mark.textContent = found[0];
      element.append(text.slice(done, found.index), mark);
      done = found.index + found[0].length;
    }
    element.append(text.slice(done));
    return element;
  }

  function excerpt(text, marked) {
    let first = 0;
    for (const found of text.matchAll(WORDS)) if (marked.has(stem(plain(found[0])))) { first = found.index; break; }
    const start = first < 70 ? 0 : text.indexOf(" ", first - 60) + 1;
    const end = start + 170 < text.length ? text.lastIndexOf(" ", start + 170) : text.length;
    return (start ? "… " : "") + text.slice(start, end) + (end < text.length ? " …" : "");
  }

  function line(book, entry, marked, root) {
    const [page, anchor, heading, text] = book.index.entries[entry];
    const [address, title] = book.index.pages[page];
    const item = document.createElement("li");
    const link = document.createElement("a");
    const where = document.createElement("span");
    const words = document.createElement("p");
    link.href = root + address + (anchor ? "#" + anchor : "");
    link.append(marking(document.createElement("span"), heading || title, marked));
    where.className = "search-where";
    where.textContent = anchor ? title : "";
    item.append(link, where, marking(words, excerpt(text, marked), marked));
    return item;
  }

  function show(place, typed, root) {
    const list = place.querySelector(".search-results");
    const said = place.querySelector(".search-said");
    list.replaceChildren();
    if (!wordsOf(typed).length) { said.textContent = ""; return; }
    const { results, marked, partly } = search(prepared, typed);
    const count = results.length === 1 ? "1 place" : results.length + " places";
    said.textContent = !results.length ? "Nothing found. Try fewer or other words."
      : count + (partly ? " with some of the words" : "") + (results.length > SHOWN ? ", the best " + SHOWN + " first" : "");
    const shown = place.matches(".search-page") ? results : results.slice(0, SHOWN);
    list.append(...shown.map(([entry]) => line(prepared, entry, marked, root)));
  }

  // Make the search box in `place` work; addresses in the index start at `root`.
  window.casebookSearch = function (place, root) {
    prepared = prepared || prepare(window.casebookSearchIndex);
    const input = place.querySelector("input");
    if (place.dataset.ready) { show(place, input.value, root); return; }
    place.dataset.ready = "yes";
    if (place.matches(".search-page")) {
      input.value = new URLSearchParams(location.search).get("q") || "";
      input.focus();
      place.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    }
    input.addEventListener("input", () => show(place, input.value, root));
    place.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [input, ...place.querySelectorAll(".search-results a")];
      const to = stops[stops.indexOf(document.activeElement) + step];
      if (to) { event.preventDefault(); to.focus(); }
    });
    place.querySelector(".search-results").addEventListener("click", (event) => {
      if (event.target.closest("a") && place.open) place.close();
    });
    show(place, input.value, root);
  };
})();
