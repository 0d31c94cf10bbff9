// The marks of a drawn chart, in an order in which they can be read one by one.

import { wordsOf } from "./tip.js";

/**
 * Every place at which a reader with a keyboard stops: each value that is drawn, once, then each
 * entry of a legend that can be chosen.
 */
export function stopsOf(view) {
  const values = [];
  const legends = [];
  walk(view.scenegraph().root, values, legends);
  const told = values.filter((stop) => stop.tip != null);
  return [...withoutRepetitions(told.length ? told : values), ...legends];
}

/** The middle of a stop, in pixels of the window. */
export function placeOf({ item }) {
  const drawn = item._svg;
  if (drawn && !isRunning(item.mark)) {
    const { left, top, width, height } = drawn.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2, width, height };
  }
  // Points along a line have no element of their own.
  const matrix = item.mark.group._svg.getScreenCTM();
  const { x, y } = new DOMPoint(item.x ?? 0, item.y ?? 0).matrixTransform(matrix);
  return { x, y, width: 0, height: 0 };
}

function walk(mark, values, legends) {
  for (const item of mark.items) {
    if (mark.marktype === "group") {
      for (const inner of item.items ?? []) walk(inner, values, legends);
    } else if (mark.role === "mark" && mark.interactive !== false && !item.isVoronoi) {
      if (item.opacity !== 0) values.push({ item, tip: item.tooltip, words: wordsOf(item.tooltip ?? item.description ?? "") });
    } else if (mark.role === "legend-symbol" && mark.interactive) {
      const words = `Legend: ${item.datum?.label ?? item.datum?.value}`;
      legends.push({ item, tip: null, words, legend: true });
    }
  }
}

/** A bar and its label, or a line and its points, tell the same: the mark with an element of its own stays. */
function withoutRepetitions(stops) {
  const marks = new Map();
  for (const stop of stops) {
    if (!marks.has(stop.item.mark)) marks.set(stop.item.mark, []);
    marks.get(stop.item.mark).push(stop);
  }
  const ordered = [...marks.values()];
  const kept = ordered.filter(
    (stops, place) =>
      !ordered.some((others, other) => {
        const better = isRunning(stops[0].item.mark) && !isRunning(others[0].item.mark);
        const first = other < place && isRunning(stops[0].item.mark) === isRunning(others[0].item.mark);
        return (better || first) && tells(others, stops);
      }),
  );
  return kept.flat();
}

function tells(others, stops) {
  const said = new Set(others.map((stop) => stop.words));
  return stops.every((stop) => said.has(stop.words));
}

function isRunning(mark) {
  return ["line", "area", "trail"].includes(mark.marktype);
}
