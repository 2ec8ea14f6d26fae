// Lets the clock run between messages: one CSS variable moves every bar that is still open. It is set on those alone:
// set on the whole timeline it would have the browser lay out every mark again, twenty times a second.
import { age, clock, left } from "./timescale.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const OPEN = [
  ".playhead", ".nowchip", ".track > .due", ".track > .streak:not([style*='--e:'])", ".overview i:not([style*='--e:'])",
  ":is(.lane-status, .lane-ready, .lane-condition) .track > li:not([style*='--e:'])",
  ".track > :is(.bar, .command, .hook, .grace, .band):not([style*='--e:'])",
].join();
const ROOTS = "[data-timeline], .overview, [data-strips]";
const state = { now: 0, shown: 0, at: 0, speed: 1, playing: false, connected: true };

export const now = () => state.shown;

export function connected(value) {
  if (state.connected && !value) state.now = current();
  state.connected = value;
  state.at = performance.now();
}

function current() {
  if (!state.playing || !state.connected || !state.speed) return state.now;
  return state.now + (performance.now() - state.at) * state.speed;
}

// The server's word. Time on the page does not go back for the little that we were ahead.
function read() {
  const element = document.querySelector("[data-clock-state]");
  if (!element) return;
  const { now: told, speed, playing } = element.dataset;
  const ahead = state.shown - Number(told) * 1000;
  const mayHold = playing === "true" && ahead > 0 && ahead < 1000 * Math.max(1, Number(speed));
  state.now = mayHold ? state.shown : Number(told) * 1000;
  state.at = performance.now();
  state.speed = Number(speed);
  state.playing = playing === "true";
  controls();
  for (const root of document.querySelectorAll(ROOTS)) {
    if (root.dataset.still === undefined) root.style.setProperty("--now", (current() / 1000).toFixed(2));
  }
  show();
}

function controls() {
  for (const form of document.querySelectorAll("[data-shown-when]")) {
    form.hidden = (form.dataset.shownWhen === "playing") !== state.playing;
  }
  for (const button of document.querySelectorAll(".speeds button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === state.speed));
  }
}

function show() {
  const at = (state.shown = current());
  const value = (at / 1000).toFixed(2);
  for (const root of document.querySelectorAll(ROOTS)) {
    if (root.dataset.still !== undefined) continue;
    if (root.matches("[data-strips]")) root.style.setProperty("--now", value);
    else for (const open of root.querySelectorAll(OPEN)) open.style.setProperty("--now", value);
  }
  const text = clock(at);
  for (const element of document.querySelectorAll("[data-clock]")) element.textContent = text;
  for (const element of document.querySelectorAll("[data-until]")) {
    element.textContent = left(Number(element.dataset.until) - at);
  }
  for (const element of document.querySelectorAll("[data-age]")) {
    element.textContent = age(at - Number(element.dataset.age));
  }
  document.dispatchEvent(new CustomEvent("podviz:time", { detail: at }));
}

let last = 0;
function frame(time) {
  requestAnimationFrame(frame);
  if (!state.playing || !state.speed || !state.connected) return;
  if (time - last < (calm.matches ? 1000 : 50)) return;
  last = time;
  show();
}

export function start() {
  if (!document.querySelector("[data-clock-state]")) return;
  read();
  document.addEventListener("htmx:wsAfterMessage", read);
  requestAnimationFrame(frame);
}
