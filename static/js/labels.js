// Hides labels that would lie on each other. The server leaves out those that have no room in the window it drew;
// marks that came since, and windows that grew since, are looked after here. What began left of the window has its label
// at the window's edge.
import { panning } from "./hand.js";
import { view } from "./view.js";

// What a label covers, in pixels left and right of its mark.
const EXTENT = [
  [".flag.exit", 30, 0],
  [".flag.restart", 0, 34],
  [".term", -10, 50],
  [".kill", 42, -10],
  [".hook", 56, 0],
];
const REST_PX = 96;
const LETTER_PX = 6.7; // of a command
const REST_MS = 300; // nobody reads labels while they move
let waiting = 0;

function covered(item) {
  const found = EXTENT.find(([selector]) => item.matches(selector));
  return found && { left: found[1], right: found[2] };
}

function tidy() {
  waiting = 0;
  if (panning()) return later(REST_MS);
  const { from, span } = view();
  for (const track of document.querySelectorAll(".track")) edge(track, from / 1000);
  for (const track of document.querySelectorAll(".lane-actions .track")) commands(track, span / 1000);
  for (const track of document.querySelectorAll(".lane-container .track, .lane-signals .track, [class*=lane-probe] .track")) {
    const scale = track.clientWidth / (span / 1000);
    let edge = (from / 1000) * scale; // a label that is cut off says nothing
    rests(track, scale);
    const items = [...track.querySelectorAll(":scope > li:has(.label)")].filter(covered);
    for (const item of items.sort((a, b) => time(a) - time(b))) {
      const { left, right } = covered(item);
      const x = time(item) * scale;
      const free = x - left >= edge;
      item.classList.toggle("mute", !free);
      if (free) edge = x + right;
    }
  }
  return undefined;
}

function edge(track, from) {
  for (const item of track.children) {
    const { style } = item;
    const early = time(item) < from && !(Number(style.getPropertyValue("--e") || from + 1) < from);
    if (early) style.setProperty("--view", from);
    else if (style.getPropertyValue("--view")) style.removeProperty("--view");
    const label = item.querySelector("[data-early]");
    const text = early ? label?.dataset.early : label?.dataset.label;
    if (label && label.textContent !== text) label.textContent = text;
  }
}

// "passed, at rest" stands only where nothing follows under it.
function rests(track, scale) {
  const items = [...track.children].sort((a, b) => time(a) - time(b));
  items.forEach((item, index) => {
    if (!item.matches(".rest")) return;
    const next = items.slice(index + 1).find((other) => time(other) > time(item));
    item.classList.toggle("mute", Boolean(next) && (time(next) - time(item)) * scale < REST_PX);
  });
}

// A command stands whole where it has room before the next one, else with the word that says most, else not at all.
function commands(track, span) {
  const scale = track.clientWidth / span;
  const items = [...track.children].sort((a, b) => time(a) - time(b));
  const edge = (view().from / 1000 + span) * scale;
  items.forEach((item, index) => {
    const label = item.querySelector(".label");
    if (!label) return;
    label.dataset.whole ??= label.textContent;
    const next = items[index + 1] ? time(items[index + 1]) * scale - 6 : edge;
    const room = Math.min(next, edge) - time(item) * scale - 12;
    const text = [label.dataset.whole, label.dataset.short].find((words) => words && words.length * LETTER_PX <= room);
    if (text && label.textContent !== text) label.textContent = text;
    item.classList.toggle("mute", !text);
  });
}

const time = (item) => Number(item.style.getPropertyValue("--t"));

function later(pause) {
  waiting ||= setTimeout(tidy, pause);
}

export function start() {
  if (!document.querySelector("[data-timeline]")) return;
  for (const name of ["podviz:view", "podviz:drawn"]) document.addEventListener(name, () => later(150));
  document.addEventListener("htmx:wsAfterMessage", () => later(800));
  later(150);
}
