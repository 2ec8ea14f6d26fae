// A band stands for marks that are too close to tell apart: selecting it opens the window in which they are apart.
import { now } from "./clock.js";
import { choose, view } from "./view.js";

// Where in a band somebody pointed; its start, if it was opened by key.
function pointed({ clientX, detail }, from) {
  if (!detail) return from;
  const { left, width } = document.querySelector("[data-ruler]").getBoundingClientRect();
  return view().from + ((clientX - left) / width) * view().span;
}

function open(event) {
  const link = event.target.closest("[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [from, span] = link.dataset.open.split(" ").map(Number);
  const steady = link.parentElement.matches(".streak"); // any part of it is like any other
  choose({ from: steady ? Math.max(from, pointed(event, from) - span / 2) : from, span });
}

// A steady probe's band grows with the live edge.
let told = 0;
function count() {
  if (performance.now() - told < 1000) return;
  told = performance.now();
  for (const label of document.querySelectorAll(".track > .streak.dense .label")) {
    const { style } = label.closest("li");
    const [from, to, every] = ["--t", "--e", "--every"].map((name) => Number(style.getPropertyValue(name)) * 1000);
    label.textContent = `×${Math.floor(((to || now()) - from) / every) + 1}`;
  }
}

export function start() {
  if (!document.querySelector("[data-timeline]")) return;
  document.addEventListener("click", open);
  document.addEventListener("podviz:time", count);
}
