// A pointer that is held down, whatever becomes of the element below it: the page's own element keeps the events.
const TOUCH = 8; // pixels that a finger may move in a tap
const MOUSE = 4;

// Calls `move(event)` once the pointer has moved, and `end(event, moved)`; `moved` is false for a click or a tap.
export function drag(first, { move, end = () => {}, at_once = false }) {
  const keeper = document.querySelector("#main");
  const slack = first.pointerType === "touch" ? TOUCH : MOUSE;
  const mine = (handler) => (event) => event.pointerId === first.pointerId && handler(event);
  let moved = at_once;
  const stop = new AbortController();
  const on = (name, handler) => document.addEventListener(name, mine(handler), { signal: stop.signal });
  const begin = () => {
    moved = true;
    keeper.setPointerCapture(first.pointerId);
  };
  if (at_once) begin();
  on("pointermove", (event) => {
    if (!moved && Math.abs(event.clientX - first.clientX) > slack) begin();
    if (moved) move(event);
  });
  const finish = (event) => {
    stop.abort();
    if (moved) swallow();
    end(event, moved);
  };
  on("pointerup", finish);
  on("pointercancel", finish);
  return () => stop.abort();
}

// The click that ends a drag is none.
function swallow() {
  const stop = new AbortController();
  const nothing = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", nothing, { capture: true, signal: stop.signal });
  setTimeout(() => stop.abort(), 0);
}
