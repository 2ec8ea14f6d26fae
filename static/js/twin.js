// Two runs that are over, under one clock: both stand at the same moment, and play on from there together.
import { clock } from "./timescale.js";

const FRAME = 50;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const state = { at: 0, end: 0, speed: 10, playing: false };
let last = 0;

const box = () => document.querySelector("[data-twin]");
const axis = () => document.querySelector("[data-axis]");

function show() {
  const { at, end, playing } = state;
  for (const { style } of document.querySelectorAll("[data-axis] :is(.playhead, .nowchip, .veil)")) style.setProperty("--now", (at / 1000).toFixed(3));
  axis().querySelector(".veil").hidden = at >= end;
  for (const element of document.querySelectorAll("[data-twin-clock]")) element.textContent = clock(at);
  const button = box().querySelector("[data-twin-play]");
  button.setAttribute("aria-label", playing ? button.dataset.pause : button.dataset.play);
  button.querySelector("use").setAttribute("href", playing ? "#i-pause" : "#i-play");
  for (const one of box().querySelectorAll("[data-twin-speed]")) one.setAttribute("aria-pressed", String(Number(one.value) === state.speed));
}

function go(at) {
  state.at = Math.min(Math.max(0, at), state.end);
  if (state.at >= state.end) state.playing = false;
  show();
}

// The moments at which a mark of either run begins, on the common axis.
function changes() {
  const found = [...document.querySelectorAll(".side")].flatMap((side) => {
    const from = Number(side.style.getPropertyValue("--from"));
    return [...side.querySelectorAll(".track > li")].map(({ style }) => Math.round((Number(style.getPropertyValue("--t")) - from) * 1000));
  });
  return [...new Set(found)].filter((at) => at >= 0 && at <= state.end).sort((a, b) => a - b);
}

function step(way) {
  const all = changes();
  state.playing = false;
  go((way > 0 ? all.find((at) => at > state.at + 1) : all.findLast((at) => at < state.at - 1)) ?? (way > 0 ? state.end : 0));
}

function play() {
  if (!state.playing && state.at >= state.end) state.at = 0; // what is over plays from its start
  state.playing = !state.playing;
  show();
}

function click({ target }) {
  const button = target.closest("[data-twin] button");
  if (!button) return;
  if (button.dataset.twinStep) step(Number(button.dataset.twinStep));
  else if (button.dataset.twinSpeed !== undefined) state.speed = Number(button.value);
  else play();
  show();
}

function scrub(event) {
  const scale = event.target.closest("[data-axis] .scale");
  if (!scale || !event.buttons) return;
  const { left, width } = scale.getBoundingClientRect();
  state.playing = false;
  go(((event.clientX - left) / width) * state.end);
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button, a, pre, [tabindex]")) return;
  const act = { " ": play, ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => go(0), End: () => go(state.end) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function frame(time) {
  requestAnimationFrame(frame);
  if (state.playing && time - last < (calm.matches ? 1000 : FRAME)) return;
  if (state.playing) go(state.at + (time - last) * state.speed);
  last = time;
}

export function start() {
  if (!box()) return;
  state.end = state.at = Number(box().dataset.end);
  state.speed = Number(box().querySelector("[data-twin-speed][aria-pressed=true]").value);
  box().hidden = false;
  for (const part of axis().querySelectorAll(".playhead, .nowchip")) part.hidden = false;
  document.addEventListener("click", click);
  document.addEventListener("keydown", key);
  for (const name of ["pointerdown", "pointermove"]) document.addEventListener(name, scrub);
  requestAnimationFrame(frame);
  show();
}
