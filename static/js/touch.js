// What a person does on the timeline, and never what the page does by itself: by this a follower leaves the presenter.
import { moment } from "./clock.js";

const KEYS = /^(Arrow|Home|End|F8|Enter|[[\]+=0-])/;
const PLACES = "[data-timeline], #overview, #why, #moments, .edges";
const HELD = "[data-ruler], [data-overview], [data-grip]"; // what moves as soon as it is touched
const SLACK = 4; // pixels that a hand may move in a click
let leave = () => {};
let held = null;

function touched(event) {
  if (!event.isTrusted || !event.target.closest?.(PLACES)) return;
  if (event.type === "click" && !event.target.closest("a, button")) return;
  if (event.type === "wheel" && !event.ctrlKey && !event.shiftKey) return;
  leave();
}

// A drag of the playhead, of the window or of its frame.
function dragged(event) {
  if (!event.isTrusted) return;
  if (event.type === "pointerdown") held = event.target.closest?.(PLACES) ? event : null;
  else if (!held || !event.buttons || Math.abs(event.clientX - held.clientX) < SLACK) return;
  else return leave();
  if (held?.target.closest(HELD)) leave();
}

function pressed(event) {
  if (event.isTrusted && KEYS.test(event.key) && !event.target.closest("input, textarea, select, dialog")) leave();
}

// What somebody does is seen at the live edge; and in the past, play and pause are about what they see alone.
function sent({ target: form }) {
  const ours = moment() !== null || form.dataset?.replay !== undefined;
  if (form.matches?.('[action*="/actions/"]') || (form.matches?.("[data-shown-when]") && ours)) leave();
}

export function onTouch(handler) {
  leave = handler;
  for (const name of ["click", "wheel"]) document.addEventListener(name, touched, { capture: true, passive: true });
  for (const name of ["pointerdown", "pointermove"]) document.addEventListener(name, dragged, { capture: true, passive: true });
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("submit", sent, true);
  document.addEventListener("podviz:own", leave);
  addEventListener("popstate", leave);
}
