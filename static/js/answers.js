// Keeps what this run took up to date beside the answers, while they are shown and time is at the live edge.
import { moment } from "./clock.js";
import { renew, runs } from "./renew.js";

const PAUSE = 4000;
const QUICK = 500; // once time stands still

function ask() {
  const told = document.querySelector("#so-far");
  if (!told || moment() !== null || document.hidden) return false;
  told.dispatchEvent(new CustomEvent("podviz:grown"));
  return true;
}

export function start() {
  if (document.querySelector("[data-why-panel]")) renew(ask, () => (runs() ? PAUSE : QUICK));
}
