// The legend explains what is on screen, and nothing else. Without scripts the style sheet sees to it.
import { panning } from "./hand.js";

const AXIS = ":is([data-timeline], [data-axis])"; // of one run, or of two
let due = 0;

// Whether a mark is in its timeline's window.
function seen(item) {
  const { from, span } = item.closest(AXIS).dataset;
  const [start, end] = ["--t", "--e"].map((name) => Number(item.style.getPropertyValue(name)) * 1000);
  return (end || start) >= Number(from) && start <= Number(from) + Number(span);
}

function tidy() {
  due = 0;
  if (panning()) return;
  for (const entry of document.querySelectorAll("#legend [data-shows]")) {
    const marks = document.querySelectorAll(`${AXIS} .track:not(.off *) > ${entry.dataset.shows}`);
    // What goes on reaches the live edge; only what is over can be out of sight on the left.
    entry.hidden = ![...marks].some((item) => seen(item) || (entry.dataset.lasts !== undefined && !item.style.getPropertyValue("--e")));
  }
}

export function start() {
  if (!document.querySelector("#legend") || !document.querySelector(AXIS)) return;
  const later = (pause) => (due ||= setTimeout(tidy, pause));
  for (const name of ["podviz:view", "podviz:drawn"]) document.addEventListener(name, () => later(200));
  document.addEventListener("htmx:wsAfterMessage", () => later(1000));
  later(200);
}
