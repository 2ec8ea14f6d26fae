// Keeps what this run took up to date beside the answers, while they are shown and time is at the live edge.
import { moment } from "./clock.js";

const PAUSE = 4000;
let timer = 0;
let seen = 0;

const number = () => Number(document.querySelector("[data-clock-state]")?.dataset.number ?? 0);

function ask() {
  timer = 0;
  const told = document.querySelector("#so-far");
  if (!told || moment() !== null || document.hidden) return;
  seen = number();
  told.dispatchEvent(new CustomEvent("podviz:grown"));
}

export function start() {
  if (!document.querySelector("[data-why-panel]")) return;
  seen = number();
  document.addEventListener("htmx:wsAfterMessage", () => {
    if (number() > seen) timer ||= setTimeout(ask, PAUSE + Math.random() * PAUSE);
  });
}
