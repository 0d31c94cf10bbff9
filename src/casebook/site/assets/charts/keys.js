// A live chart without a mouse: arrow keys read its values, Enter chooses, Escape clears and leaves.

import { placeOf, stopsOf } from "./marks.js";
import { hideTip, showTip } from "./tip.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
// A brush drawn from mark to mark goes a little beyond both, so that both are in it.
const MARGIN_PX = 5;

export function readByKeyboard(chart) {
  const { host } = chart;
  const said = part("chart-said", { role: "status" });
  const ring = part("chart-ring", { "aria-hidden": "true" });
  const hint = part("chart-hint", { id: `${chart.element.id}-hint` });
  hint.textContent = hintFor(chart.selections);
  host.setAttribute("aria-describedby", hint.id);
  host.append(said, ring, hint);
  let at = -1;
  let start = null;

  const stops = () => (chart.stops ??= stopsOf(chart.view));
  const target = (stop) => (stop.item._svg?.isConnected ? stop.item._svg : chart.svg);

  function go(to) {
    const all = stops();
    if (!all.length) return say("This chart has no single values to read.");
    at = Math.max(0, Math.min(to, all.length - 1));
    const stop = all[at];
    const { x, y, width, height } = placeOf(stop);
    const box = host.getBoundingClientRect();
    const side = (length) => `${Math.max(18, Math.min(length + 8, 400))}px`;
    Object.assign(ring.style, {
      display: "block",
      left: `${x - box.left}px`,
      top: `${y - box.top}px`,
      width: side(width),
      height: side(height),
    });
    send(target(stop), "pointerover", x, y);
    send(target(stop), "pointermove", x, y);
    if (stop.tip != null) showTip(stop.tip, x + scrollX, y + scrollY);
    else hideTip();
    say(`${stop.words}. ${at + 1} of ${all.length}.`);
  }

  function choose() {
    const stop = stops()[at];
    if (!stop) return;
    const { x, y } = placeOf(stop);
    if (stop.legend || chart.selections.point) {
      for (const kind of ["pointerdown", "pointerup", "click"]) send(target(stop), kind, x, y);
      say(`Chosen: ${stop.words}`);
    } else if (chart.selections.interval && !start) {
      start = { x, y, element: target(stop) };
      say(`From here: ${stop.words}. Move, then press Enter again.`);
    } else if (start) {
      const [left, right] = start.x <= x ? [-MARGIN_PX, MARGIN_PX] : [MARGIN_PX, -MARGIN_PX];
      const [up, down] = start.y <= y ? [-MARGIN_PX, MARGIN_PX] : [MARGIN_PX, -MARGIN_PX];
      send(start.element, "pointerdown", start.x + left, start.y + up);
      send(chart.svg, "pointermove", x + right, y + down);
      send(chart.svg, "pointerup", x + right, y + down);
      say(`Chosen up to here: ${stop.words}`);
      start = null;
    }
  }

  function clear() {
    hideTip();
    ring.style.display = "none";
    const { left, top } = chart.svg.getBoundingClientRect();
    send(chart.svg, "dblclick", left + 1, top + 1);
    if (at < 0 && !start) document.querySelector(`.chart-explore[aria-controls="${chart.element.id}"]`)?.focus();
    else say("Cleared. Escape again leaves the chart.");
    at = -1;
    start = null;
  }

  function zoom(deltaY) {
    const stop = stops()[at];
    const box = chart.svg.getBoundingClientRect();
    const { x, y } = stop ? placeOf(stop) : { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const wheel = new WheelEvent("wheel", { bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY });
    (stop ? target(stop) : chart.svg).dispatchEvent(wheel);
  }

  function say(words) {
    said.textContent = words;
  }

  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    // Marks are made anew when a choice redraws them.
    chart.stops = undefined;
    if (key in STEPS) go(at < 0 ? 0 : at + STEPS[key]);
    else if (key === "Home") go(0);
    else if (key === "End") go(Infinity);
    else if (key === "Enter" || key === " ") choose();
    else if (key === "Escape") clear();
    else if (chart.selections.zoom && (key === "+" || key === "-")) zoom(key === "+" ? -200 : 200);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  host.addEventListener("blur", () => {
    ring.style.display = "none";
    hideTip();
  });
}

function hintFor({ point, legend, interval, zoom }) {
  const words = ["Arrow keys read the values"];
  if (point) words.push("Enter chooses");
  else if (interval) words.push("Enter begins and ends a choice");
  if (legend) words.push("Enter on a name in the legend brings it out");
  if (zoom) words.push("+ and - zoom");
  return `${words.join(" · ")} · Esc leaves`;
}

function part(name, attributes) {
  const element = document.createElement("div");
  element.className = name;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function send(element, kind, clientX, clientY) {
  const Kind = kind === "dblclick" || kind === "click" ? MouseEvent : PointerEvent;
  const init = { bubbles: true, cancelable: true, view: window, clientX, clientY, pointerId: 1, isPrimary: true };
  element.dispatchEvent(new Kind(kind, { ...init, buttons: kind === "pointerdown" ? 1 : 0 }));
}
