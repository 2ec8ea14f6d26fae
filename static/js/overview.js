// The overview's knob, at the moment that is shown, and its frame about the window. The strip below comes from the server.
import { now, shown } from "./clock.js";
import { clock } from "./timescale.js";
import { view } from "./view.js";

const box = () => document.querySelector("[data-overview]");
const whole = () => Number(document.querySelector("[data-strip]").dataset.span);
const percent = (ms) => `${(Math.min(1, Math.max(0, ms / whole())) * 100).toFixed(1)}%`; // a tenth is less than a pixel

function knob() {
  const element = box().querySelector("[data-knob]");
  const place = percent(shown());
  if (element.style.left !== place) element.style.left = place;
  const tell = { "aria-valuemax": Math.floor(now() / 1000), "aria-valuenow": Math.floor(shown() / 1000), "aria-valuetext": clock(shown(), false) };
  for (const [name, value] of Object.entries(tell)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

function frame() {
  const { from, span } = view();
  const element = box().querySelector("[data-frame]");
  if (!element) return;
  element.style.left = percent(from);
  element.hidden = false;
  element.style.right = `${(100 - parseFloat(percent(from + span))).toFixed(2)}%`;
}

export function start() {
  if (!box()) return;
  document.addEventListener("podviz:time", knob);
  for (const name of ["podviz:view", "htmx:wsAfterMessage"]) document.addEventListener(name, frame);
  knob();
  frame();
}
