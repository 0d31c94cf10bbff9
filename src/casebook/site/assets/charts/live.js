// Draws charts that answer, in the place and at the size of their pictures.

import { wireControls } from "./controls.js";
import { readByKeyboard } from "./keys.js";
import { hideTip, showTip } from "./tip.js";

const dark = () => document.documentElement.dataset.theme === "dark";
const charts = new Map();

/** Loads Vega, once. Gives a function that makes a chart live. */
export async function prepare({ vega, narrow }) {
  const [themes] = await Promise.all([
    fetch(new URL("themes.json", import.meta.url)).then((response) => response.json()),
    import(vega),
  ]);
  const small = matchMedia(narrow);
  const redrawAll = () => charts.forEach((chart) => chart.draw());
  new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  small.addEventListener("change", redrawAll);

  return async function show(element, asked) {
    if (!charts.has(element)) charts.set(element, new LiveChart(element, themes, small));
    const chart = charts.get(element);
    await chart.begin();
    if (asked.focus) chart.host.focus();
    else if (asked.x !== undefined) chart.pointAt(asked.x, asked.y);
  };
}

class LiveChart {
  constructor(element, themes, small) {
    Object.assign(this, { element, themes, small });
    this.stage = element.querySelector(".chart-stage");
    this.source = new URL(element.dataset.live, document.baseURI);
    // Address -> text, so that rows are asked for once however often the chart is drawn.
    this.rows = new Map();
  }

  /** Draws the chart the first time; later calls wait for that. */
  begin() {
    this.begun ??= this.#first().catch((error) => {
      this.begun = undefined;
      throw error;
    });
    return this.begun;
  }

  async #first() {
    this.document = JSON.parse(await textAt(this.source));
    this.host = this.#makeHost();
    await this.draw();
    readByKeyboard(this);
    wireControls(this);
    this.element.dataset.state = "live";
  }

  /** Draws the chart for the page as it is now, and keeps what the reader has chosen. */
  async draw() {
    const size = this.small.matches ? "narrow" : "wide";
    const { spec, config } = this.document[size];
    const theme = this.themes[dark() ? "dark" : "light"][size];
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const plot = document.createElement("div");
    plot.className = "chart-plot";
    // What a screen reader would find in the drawing is said by the keys and stands in the table.
    plot.setAttribute("aria-hidden", "true");
    const { view: drawn } = await vegaEmbed(plot, structuredClone(spec), {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      // Expressions are interpreted: a page may forbid scripts to make scripts.
      ast: true,
      logLevel: 1,
      config: { ...theme, ...config },
      loader: this.#loader(),
      patch: withoutInputs,
      tooltip: (handler, event, item, value) => (value == null ? hideTip() : showTip(value, event.pageX, event.pageY)),
    });
    // The page changed again while this was drawn.
    if (turn !== this.turn) return drawn.finalize();
    await this.#takeOver(drawn);
    this.host.querySelector(".chart-plot")?.remove();
    this.host.prepend(plot);
    this.view?.finalize();
    this.view = drawn;
    this.size = size;
    this.onDrawn?.();
  }

  get svg() {
    return this.host.querySelector("svg");
  }

  get selections() {
    return this.document.selections;
  }

  /** How many pixels of the screen one pixel of the drawing takes. */
  get scale() {
    return this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width;
  }

  /** Tells the chart that the pointer is at a place of the window. */
  pointAt(x, y) {
    const target = document.elementFromPoint(x, y);
    if (!this.svg.contains(target)) return;
    for (const kind of ["pointerover", "pointermove", "mousemove"]) {
      target.dispatchEvent(new PointerEvent(kind, { bubbles: true, clientX: x, clientY: y }));
    }
  }

  #makeHost() {
    const host = document.createElement("div");
    host.className = "chart-host";
    host.tabIndex = 0;
    host.setAttribute("role", "application");
    host.setAttribute("aria-roledescription", "live chart");
    host.setAttribute("aria-label", `${this.element.dataset.title}. ${this.stage.querySelector("img").alt}`);
    if (this.selections.interval) host.classList.add("can-brush");
    // A wheel scrolls the page, unless the reader has turned to the chart.
    host.addEventListener("wheel", (event) => host.contains(document.activeElement) || event.stopPropagation(), true);
    this.stage.append(host);
    inPixelsOfTheDrawing(this);
    return host;
  }

  /** Fetches the chart's data, and nothing from another host. */
  #loader() {
    const sanitize = async (address, options) => {
      const { href, origin } = new URL(address, this.source);
      if (options?.context === "href") return { href, rel: "noopener" };
      if (origin !== location.origin) throw new Error(`Nothing on this page comes from another host: ${href}`);
      return { href };
    };
    const load = async (address, options) => {
      const { href } = await sanitize(address, options);
      this.rows.set(href, this.rows.get(href) ?? textAt(href));
      return this.rows.get(href);
    };
    return { options: {}, sanitize, load };
  }

  async #takeOver(drawn) {
    if (!this.view || this.size !== (this.small.matches ? "narrow" : "wide")) return;
    const sizes = new Set(["width", "height", "padding", "autosize", "background", "cursor"]);
    const { signals, data } = this.view.getState({
      signals: (name, operator) => !sizes.has(name) && !(name === "unit") && isPlain(operator?.value),
      data: (name) => name.endsWith("_store"),
    });
    drawn.setState({ signals, data });
    await drawn.runAsync();
  }
}

async function textAt(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

function isPlain(value) {
  if (value === null || typeof value !== "object") return typeof value !== "function";
  const made = Object.getPrototypeOf(value);
  return made === Object.prototype || made === Array.prototype;
}

/** Vega would add its own inputs for bound parameters; the page has them already. */
function withoutInputs(vegaSpec) {
  for (const signal of vegaSpec.signals ?? []) {
    if (signal.bind?.input) delete signal.bind;
  }
  return vegaSpec;
}

/**
 * Vega takes one pixel of the drawing for one of the screen. Where the page shows the drawing
 * smaller, a pointer's place is told to Vega in the drawing's own pixels.
 */
function inPixelsOfTheDrawing(chart) {
  let dragging = false;
  const translate = (event) => {
    const inside = chart.host.contains(event.target);
    if (event.type === "pointerdown") dragging = inside;
    if ((inside || dragging) && chart.svg) {
      const { left, top } = chart.svg.getBoundingClientRect();
      const [x, y] = [left + (event.clientX - left) / chart.scale, top + (event.clientY - top) / chart.scale];
      Object.defineProperties(event, { clientX: { value: x }, clientY: { value: y } });
    }
    if (event.type === "pointerup") dragging = false;
  };
  for (const kind of ["pointerdown", "pointermove", "pointerup", "click", "dblclick", "mousemove", "wheel"]) {
    window.addEventListener(kind, translate, { capture: true, passive: true });
  }
}
