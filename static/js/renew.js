// Asks for something again when the history has grown: soon after a rest, and while it goes on growing once in every
// `pause` ms. The more people watch, the less all ask at once.
const EACH = 20; // ms for everybody who watches

const clock = () => document.querySelector("[data-clock-state]")?.dataset ?? {};
const number = () => Number(clock().number ?? 0);
export const runs = () => clock().playing === "true";

// `ask` says false if it is not the time; `pause` tells how long to wait. Returns what asks once more, later.
export function renew(ask, pause) {
  let timer = 0;
  let seen = number();
  let asked = -Infinity;
  let turn = Math.random();
  const again = () => {
    asked = performance.now();
    turn = Math.random();
    if (ask() !== false) seen = number();
  };
  const later = () => {
    const spread = Math.min(pause(), EACH * Number(clock().watchers ?? 1));
    clearTimeout(timer);
    timer = setTimeout(again, Math.max(0, asked + pause() - performance.now()) + turn * spread);
  };
  document.addEventListener("htmx:wsAfterMessage", () => number() > seen && later());
  return later;
}
