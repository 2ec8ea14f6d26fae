// Lets the clock run between messages: one CSS variable moves every bar that is still open. It is set on those alone:
// set on the whole timeline it would have the browser lay out every mark again, twenty times a second.
//
// Two times: the live edge, which the server tells, and the moment that is shown, which is the live edge unless
// somebody looks at the past (travel.js). Both in milliseconds since the Pod was made.
import { panning } from "./hand.js";
import { again, grow } from "./grow.js";
import { age, clock, left } from "./timescale.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const STRIPS = "[data-strips]:not([data-still])"; // small: the variable may be set on the whole
const FASTEST = 600; // at which the past is replayed if the cluster runs as fast as it can
const STEP = 1000; // ms, where less motion is wanted or somebody pans: time goes on in such steps
let stepped = -1e9; // when it did so last
const state = { now: 0, edge: 0, at: 0, speed: 1, playing: false, connected: true, past: null, replaying: false, chosen: null };

// The live edge.
export const now = () => state.edge;
// The moment of the past that is shown; null at the live edge.
export const moment = () => state.past;
export const shown = () => state.past ?? state.edge;
export const replaying = () => state.replaying;

// Whether the presenter keeps this viewer at their moment.
export const held = () => document.querySelector("#lead[data-held]") !== null && document.querySelector("main[data-presents]") === null;

// Shows a moment of the past at once, or with null the live edge; `run`: and lets it run on from there.
export function look(at, run = false) {
  state.past = at;
  state.replaying = at !== null && run;
  again();
  controls();
  show();
}

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
  const ahead = state.edge - Number(told) * 1000;
  const mayHold = playing === "true" && ahead > 0 && ahead < 1000 * Math.max(1, Number(speed));
  state.now = mayHold ? state.edge : Number(told) * 1000;
  state.at = performance.now();
  state.speed = state.chosen ?? Number(speed);
  state.playing = playing === "true";
  controls();
  if (!slow() || !goesOn() || state.at - stepped >= STEP) show();
}

// In the past the buttons let the past run and stand.
function controls() {
  const running = state.past === null ? state.playing : state.replaying;
  for (const form of document.querySelectorAll("[data-shown-when]")) {
    const away = form.dataset.onlyPast !== undefined && state.past === null;
    form.hidden = away || (form.dataset.shownWhen === "playing") !== running;
  }
  for (const element of document.querySelectorAll("[data-only-live]")) element.hidden = state.past !== null;
  for (const element of document.querySelectorAll(".veil")) element.hidden = state.past === null;
  for (const element of document.querySelectorAll("[data-speed-shown]")) say(element, state.speed ? `${state.speed}×` : element.dataset.speedShown);
  for (const button of document.querySelectorAll(".speeds button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === state.speed));
  }
}

const slow = () => still.matches || panning();
const goesOn = () => state.playing && state.speed && state.connected;

function show() {
  stepped = performance.now();
  const edge = (state.edge = current());
  const at = shown();
  const value = (edge / 1000).toFixed(2);
  for (const root of document.querySelectorAll(STRIPS)) root.style.setProperty("--now", value);
  grow(edge, at, state.past !== null);
  const text = clock(at);
  for (const element of document.querySelectorAll("[data-clock]")) say(element, text);
  for (const element of document.querySelectorAll("[data-until]")) {
    say(element, left(Number(element.dataset.until) - (element.closest(".track") ? edge : at)));
  }
  for (const element of document.querySelectorAll("[data-age]")) say(element, age(at - Number(element.dataset.age)));
  document.dispatchEvent(new CustomEvent("podviz:time", { detail: at }));
}

// The same text set again would be laid out again.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let last = 0;
function frame(time) {
  requestAnimationFrame(frame);
  if (!goesOn() && !state.replaying) {
    last = time;
    return;
  }
  if (performance.now() - stepped < (slow() ? STEP : 50)) return;
  if (state.replaying) state.past += (time - last) * (state.speed || FASTEST);
  last = time;
  show();
}

// Of what is over, each reader chooses the speed.
function choose(event) {
  const button = event.target.closest("[data-replay-speed]");
  if (!button) return;
  state.chosen = Number(button.value);
  read();
}

export function start() {
  const element = document.querySelector("[data-clock-state]");
  if (!element) return;
  if (element.dataset.at !== undefined) state.past = Number(element.dataset.at);
  read();
  document.addEventListener("htmx:wsAfterMessage", read);
  document.addEventListener("click", choose);
  requestAnimationFrame(frame);
}
