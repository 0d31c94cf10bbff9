// The sliders, lists and buttons beside a chart set its parameters.

/** Ties each control to its signal, both ways, now and whenever the chart is drawn anew. */
export function wireControls(chart) {
  const box = chart.element.querySelector(".chart-controls");
  if (!box) return;
  const set = (input) => {
    showNumber(input);
    chart.view.signal(input.dataset.signal, valueOf(input)).runAsync();
  };
  box.addEventListener("input", ({ target }) => target.dataset.signal && set(target));
  box.addEventListener("reset", () => setTimeout(() => inputs(box).forEach(set)));
  const tie = () => {
    for (const signal of new Set([...box.querySelectorAll("[data-signal]")].map((input) => input.dataset.signal))) {
      chart.view.addSignalListener(signal, (name, value) => display(box, name, value));
    }
    // What was set while the chart was on its way, or before it was drawn anew.
    inputs(box).forEach(set);
  };
  chart.onDrawn = tie;
  tie();
}

function inputs(box) {
  return [...box.querySelectorAll("[data-signal]")].filter((input) => input.type !== "radio" || input.checked);
}

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "range" || input.type === "number") return input.valueAsNumber;
  // Options carry any value, numbers and null included, as JSON.
  return input.tagName === "SELECT" || input.type === "radio" ? JSON.parse(input.value) : input.value;
}

function display(box, signal, value) {
  for (const input of box.querySelectorAll(`[data-signal="${CSS.escape(signal)}"]`)) {
    if (input.type === "checkbox") input.checked = Boolean(value);
    else if (input.type === "radio") input.checked = input.value === JSON.stringify(value ?? null);
    else if (input.tagName === "SELECT") input.value = JSON.stringify(value ?? null);
    else input.value = value;
    showNumber(input);
  }
}

function showNumber(input) {
  const output = input.parentElement.querySelector("output");
  if (output) output.textContent = input.value;
}
