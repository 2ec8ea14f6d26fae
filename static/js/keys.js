// The keyboard: playing, moments, zoom, problems. Not while somebody types; marks have arrows of their own (lanes.js).
import { moment, shown } from "./clock.js";
import { enter } from "./lanes.js";
import { select } from "./select.js";
import { go } from "./travel.js";
import { zoom } from "./view.js";

const TYPING = "input, textarea, select, [contenteditable]";
const SCROLLING = "pre[tabindex]"; // arrows and their like scroll it
const LANES = /^(ArrowUp|ArrowDown|[-+=0?])$/; // what is about lanes, and the dialog that tells of them
const SCROLL = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", " "]);

const press = (selector) => document.querySelector(selector)?.click();
const stop = (name) => document.querySelector(`#moments [data-go="${name}"]`);

function to(name, chosen = false) {
  const link = stop(name);
  if (!link) return;
  go(Number(link.dataset.at));
  if (chosen && document.querySelector("[data-timeline]")) select(Number(link.dataset.number));
}

// At the live edge the next change is one that has not happened yet: the simulation makes it, if it stands still.
function next() {
  if (moment() !== null) to("change-after");
  else if (document.querySelector('[data-shown-when="playing"]')?.hidden) press("[data-only-live] button");
}

function speed(key) {
  document.querySelectorAll(".speeds button")[Number(key) - 1]?.click();
}

const KEYS = {
  " ": () => press("[data-shown-when]:not([hidden]) button"),
  ArrowLeft: () => to("change-before"),
  ArrowRight: next,
  "Shift+ArrowLeft": () => go(shown() - 1000),
  "Shift+ArrowRight": () => go(shown() + 1000),
  "[": () => to("restart-before", true),
  "]": () => to("restart-after", true),
  1: speed, 2: speed, 3: speed, 4: speed,
  "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: () => zoom("fit"),
  Home: () => go(0),
  End: () => go(null),
  ArrowUp: () => enter(-1),
  ArrowDown: () => enter(0),
  F8: () => to("problem-after", true),
  "Shift+F8": () => to("problem-before", true),
  "?": () => document.querySelector("[data-keys-dialog]")?.showModal(),
};

function key(event) {
  const { target, key: name } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || target.closest(TYPING)) return;
  if (SCROLL.has(name) && target.closest(SCROLLING)) return;
  if (LANES.test(name) && !document.querySelector("[data-timeline]")) return;
  if (name === " " && target.closest("button, summary")) return;
  const act = KEYS[event.shiftKey && /^(Arrow|F8)/.test(name) ? `Shift+${name}` : name];
  if (!act) return;
  event.preventDefault();
  act(name);
}

export function start() {
  if (!document.querySelector("[data-edge]")) return;
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => event.target.closest("[data-keys]") && KEYS["?"]());
}
