// What a mark tells when it is pointed at.

const tip = document.createElement("div");
tip.className = "chart-tip";
tip.hidden = true;
document.body.append(tip);
addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
addEventListener("scroll", hideTip, { passive: true });

/** Shows a value beside a place of the page, and inside the window. */
export function showTip(value, pageX, pageY) {
  tip.replaceChildren(...entries(value).map(([name, text]) => line(name, text)));
  tip.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = tip;
  const [x, y] = [pageX - scrollX, pageY - scrollY];
  const right = x + 14 + width < document.documentElement.clientWidth;
  const left = right ? x + 14 : Math.max(4, Math.min(x - width - 14, document.documentElement.clientWidth - width - 4));
  const top = y - height - 10 > 0 ? y - height - 10 : y + 18;
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

export function hideTip() {
  tip.hidden = true;
}

/** A value as one line, to be heard. */
export function wordsOf(value) {
  return entries(value)
    .map(([name, text]) => (name ? `${name}: ${text}` : text))
    .join("; ");
}

function entries(value) {
  if (value === null || typeof value !== "object") return [["", String(value)]];
  return Object.entries(value)
    .map(([name, text]) => [name, text === null || text === undefined ? "" : String(text)])
    .filter(([, text]) => text !== "" && text !== "null" && text !== "undefined");
}

function line(name, text) {
  const row = document.createElement("div");
  if (name) {
    const label = document.createElement("span");
    label.textContent = `${name}: `;
    row.append(label);
  }
  row.append(text);
  return row;
}
