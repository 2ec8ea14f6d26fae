// Moving the window by hand: drag, Shift+wheel and touch pan it, Ctrl+wheel and pinch zoom it at the pointer.
// While it is panned, the lanes are only shifted, which costs the browser no layout; the marks get their places at rest.
import { now } from "./clock.js";
import { drag } from "./drag.js";
import { covered, refresh } from "./draw.js";
import { tap } from "./near.js";
import { fromPlayhead, scrub } from "./scrub.js";
import { bounded } from "./timescale.js";
import { choose, offset, rule, set, view, zoom } from "./view.js";

const REST = 140;
const GRIP = { mouse: 5, pen: 8, touch: 16 }; // pixels about the playhead where it is held
// A busy browser makes one event of several turns of the wheel: so the factor goes with the way, up to some turns.
const NOTCH = 0.004;
const MOST = 2;
const LINE = 20; // pixels, where a wheel counts in lines
const MOVED = ".chain, .ticks, .grid, .playhead, .veil, .edgeline";
let pan = null; // { from, span, width, x, parts }: the pointer has gone `x` pixels since the window began at `from`
let frame = 0;
let rest = 0;
let held = () => {};

const root = () => document.querySelector("[data-timeline]");
const lanes = (target) => target.closest?.("[data-groups]") && !target.closest(".lane-head");
const target = () => bounded({ from: pan.from - (pan.x / pan.width) * pan.span, span: pan.span }, now());

function begin(x = 0) {
  const { from, span } = view();
  root().classList.add("panning");
  rule({ from: Math.max(0, from - span), span: 3 * span }, 3);
  pan = { from, span, x, width: document.querySelector("[data-ruler]").clientWidth, tracks: root().querySelectorAll(".track"), parts: root().querySelectorAll(MOVED), asked: pan?.asked };
}

function shift() {
  frame = 0;
  if (!pan) return;
  const window = target();
  const px = ((pan.from - window.from) / window.span) * pan.width;
  if (Math.abs(px) > pan.width) {
    rebase(() => place(window));
    return;
  }
  for (const track of pan.tracks) track.style.translate = offset(window);
  for (const part of pan.parts) part.style.translate = `${px}px`;
  if (!covered(window) && !pan.asked) {
    pan.asked = true;
    refresh(window, false);
  }
}

function move(x) {
  if (!pan) begin();
  pan.x = x;
  frame ||= requestAnimationFrame(shift);
}

function place(window) {
  for (const part of pan.parts) part.style.translate = "";
  root().classList.remove("panning");
  set(window);
}

function end() {
  if (!pan) return;
  cancelAnimationFrame(frame);
  frame = 0;
  const window = target();
  place(window);
  pan = null;
  choose(window);
}

// Goes on from another window, as that of a timeline that was drawn anew meanwhile.
function rebase(change) {
  if (!pan) return;
  const { from, span, width, x } = pan;
  change();
  const next = x + ((view().from - from) / span) * width;
  begin(next);
  held(next - x);
  frame ||= requestAnimationFrame(shift);
}

function down(event) {
  if (event.button !== 0 || !lanes(event.target)) return;
  if (fingers.size > 1) return;
  if (!event.target.closest("a[data-n]") && fromPlayhead(event.clientX) <= GRIP[event.pointerType]) {
    scrub(event);
    return;
  }
  let start = event.clientX;
  held = (by) => (start -= by);
  drag(event, {
    move: ({ clientX }) => !pinched && move(clientX - start),
    end: (last, moved) => (moved ? end() : last.type === "pointerup" && Math.abs(last.clientY - event.clientY) < 8 && tap(event)),
  });
}

function wheel(event) {
  if (!event.target.closest("[data-timeline]")) return;
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
  if (!event.ctrlKey && !sideways) return;
  event.preventDefault();
  if (event.ctrlKey) {
    at(event.clientX, Math.exp(Math.max(-MOST, Math.min(MOST, event.deltaY * (event.deltaMode ? LINE : 1) * NOTCH))));
    return;
  }
  move((pan?.x ?? 0) - sideways);
  clearTimeout(rest);
  rest = setTimeout(end, REST);
}

// Zoom about the moment below this point.
function at(x, factor) {
  if (pan) end();
  const { left, width } = document.querySelector("[data-ruler]").getBoundingClientRect();
  const { from, span } = view();
  zoom(factor, from + (Math.min(Math.max(0, x - left), width) / width) * span);
}

const fingers = new Map();
let apart = 0;
let pinched = false;
function pinch(event) {
  if (event.pointerType !== "touch" || (event.type === "pointerdown" && !lanes(event.target))) return;
  if (event.type === "pointerup" || event.type === "pointercancel") fingers.delete(event.pointerId);
  else if (event.type === "pointerdown" || fingers.has(event.pointerId)) fingers.set(event.pointerId, event.clientX);
  if (fingers.size !== 2) {
    apart = 0;
    if (event.type === "pointerdown") pinched = false;
    return;
  }
  pinched = true;
  const [a, b] = [...fingers.values()];
  const before = apart;
  apart = Math.max(12, Math.abs(a - b));
  if (event.type === "pointermove" && before) at((a + b) / 2, before / apart);
}

export function start() {
  if (!root()) return;
  for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) document.addEventListener(name, pinch);
  document.addEventListener("pointerdown", down);
  document.addEventListener("wheel", wheel, { passive: false });
  document.addEventListener("dragstart", (event) => event.target.closest?.("[data-timeline]") && event.preventDefault());
  document.addEventListener("podviz:drawn", () => rebase(() => {}));
}
