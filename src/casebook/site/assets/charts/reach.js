// When does a chart become live? Small, because every page with a live chart loads it.
//
// A chart with something to choose or set is made ready when a reader who has begun to move on the
// page comes near it; one that only tells its values, when it is pointed at, tapped or asked for.
//
// What is loaded then adds parts of these classes to the page, which whoever leaves out unused
// styles can only learn here: chart-host, chart-plot, chart-said, chart-ring, chart-hint, chart-tip,
// can-brush.
(() => {
  const script = document.currentScript;
  const charts = document.querySelectorAll(".chart[data-live]");
  const narrow = script.dataset.narrow;
  let ready;

  function make(chart, asked = {}) {
    ready ??= import(new URL("live.js", script.src)).then(({ prepare }) =>
      prepare({ vega: new URL(script.dataset.vega, document.baseURI).href, narrow }),
    );
    return ready
      .then((show) => show(chart, asked))
      .catch((error) => {
        // The picture and the table are still there; the next touch tries again.
        ready = undefined;
        const button = document.querySelector(`.chart-explore[aria-controls="${chart.id}"]`);
        if (button) button.textContent = "The live chart could not be loaded. Try again";
        console.warn("This chart stays a picture:", error);
      });
  }

  for (const chart of charts) {
    const stage = chart.querySelector(".chart-stage");
    const pointed = (event) => {
      if (event.pointerType !== "touch") make(chart, { x: event.clientX, y: event.clientY });
    };
    stage.addEventListener("pointerenter", pointed, { once: true });
    // A finger that rests on a chart may be about to scroll; a tap means the chart.
    stage.addEventListener("click", (event) => {
      if (chart.dataset.state !== "live") make(chart, { x: event.clientX, y: event.clientY });
    });
    chart.querySelector(".chart-controls")?.addEventListener("focusin", () => make(chart), { once: true });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".chart-explore");
    const chart = button && document.getElementById(button.getAttribute("aria-controls"));
    if (chart) make(chart, { focus: true });
  });

  const waiting = [...charts].filter((chart) => chart.dataset.interaction === "parameters");
  if (!waiting.length || navigator.connection?.saveData) return;
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        make(target);
      }
    },
    { rootMargin: "50% 0px" },
  );
  // What a person does; a page also scrolls by itself, to where it was left or to an anchor.
  const moves = ["wheel", "touchmove", "pointermove", "pointerdown", "keydown"];
  const begin = () => {
    for (const move of moves) removeEventListener(move, begin);
    for (const chart of waiting) near.observe(chart);
  };
  for (const move of moves) addEventListener(move, begin, { passive: true });
})();
