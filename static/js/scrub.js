// Dragging to a moment: along the ruler, at the playhead, along the overview; and the overview's frame to a window.
import { drag } from "./drag.js";
import { now, shown } from "./clock.js";
import { go } from "./travel.js";
import { choose, view } from "./view.js";

const NEAR = 4; // pixels from the live edge that are meant as the live edge

function along(box, { from, span }) {
  const { left, width } = box.getBoundingClientRect();
  const each = span / width;
  return (event, rests) => {
    const at = from + Math.min(Math.max(0, event.clientX - left), width) * each;
    go(now() - at < NEAR * each ? null : at, { rests });
  };
}

// Follows the pointer to the moments of a box that shows a stretch of time.
export function scrub(event, box = document.querySelector("[data-ruler]"), stretch = view()) {
  const move = along(box, stretch);
  event.preventDefault();
  move(event, false);
  drag(event, { move: (next) => move(next, false), end: (last) => move(last, true), at_once: true });
}

// How far a point is from the playhead, in pixels.
export function fromPlayhead(x) {
  const { left, width } = document.querySelector("[data-ruler]").getBoundingClientRect();
  const { from, span } = view();
  return Math.abs(x - left - ((shown() - from) / span) * width);
}

const whole = () => ({ from: 0, span: Number(document.querySelector("[data-strip]").dataset.span) });

// The frame moves with the pointer; at its ends it becomes longer or shorter.
function frame(event, side) {
  const before = view();
  const each = whole().span / document.querySelector("[data-strip]").clientWidth;
  event.preventDefault();
  drag(event, {
    at_once: true,
    move: ({ clientX }) => {
      const by = (clientX - event.clientX) * each;
      if (!side) choose({ from: before.from + by, span: before.span });
      else if (side === "start") choose({ from: before.from + Math.min(by, before.span - 5000), span: Math.max(5000, before.span - by) });
      else choose({ from: before.from, span: Math.max(5000, before.span + by) });
    },
  });
}

function down(event) {
  if (event.button !== 0) return;
  const grip = event.target.closest("[data-grip]");
  if (grip) frame(event, grip.dataset.grip);
  else if (event.target.closest("[data-overview]")) scrub(event, document.querySelector("[data-strip]"), whole());
  else if (event.target.closest("[data-ruler]")) scrub(event);
}

export function start() {
  if (document.querySelector("[data-overview]")) document.addEventListener("pointerdown", down);
}
