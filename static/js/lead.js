// The presenter's page tells where it looks, until it hears that this is kept: what is lost is told again.
import { moment, replaying } from "./clock.js";
import { send } from "./live.js";
import { view } from "./view.js";

const PAUSE = 200;
const AGAIN = 1000;
const page = Math.random().toString(36).slice(2, 12); // names what this page tells; `n` puts it in order
let told = "";
let n = 0;
let due = 0;
let waiting = 0;

const main = () => document.querySelector("main[data-name]");
const timeline = () => document.querySelector("[data-timeline]");
const clock = () => document.querySelector("[data-clock-state]");
const chosen = () => Number(document.querySelector("[data-why-panel]")?.dataset.selected ?? 0);

function state() {
  const { namespace, name } = main().dataset;
  const at = moment() === null ? null : Math.round(Number(clock().dataset.origin) + moment());
  const where = { namespace, name, at, run: replaying() };
  if (!timeline()) return where;
  const { from, span } = view();
  const live = at === null && timeline().dataset.live === "true";
  return { ...where, live, start: Math.round(live ? 0 : from), span: Math.round(span), selected: chosen() };
}

function kept() {
  const { page: whose, n: number } = document.querySelector("#told").dataset;
  return whose === page && Number(number) >= n;
}

// A past that runs is told once in a while, all else when it changes. A tab that nobody sees leads nobody.
function tell() {
  due = 0;
  if (document.hidden) return;
  const where = state();
  const key = JSON.stringify(where.run ? { ...where, at: Math.round(where.at / 5000), start: 0 } : where);
  if (key === told) return;
  told = key;
  n += 1;
  say(where);
}

function say(where) {
  clearTimeout(waiting);
  send(JSON.stringify({ lead: where, page, n }));
  waiting = setTimeout(again, AGAIN);
}

function again() {
  if (n && !kept()) say(state());
}

export function lead() {
  const later = () => (due ||= setTimeout(tell, PAUSE));
  for (const name of ["podviz:view", "podviz:moment", "podviz:time", "htmx:afterSwap", "htmx:wsOpen"]) document.addEventListener(name, later);
  document.addEventListener("htmx:wsOpen", again);
  document.addEventListener("visibilitychange", () => {
    told = "";
    later();
  });
}
