// Who follows looks where the presenter looks. That place is a state which every message holds: this page goes there,
// and as long as it is somewhere else (an answer came late, one was lost) it goes there again. Touching the timeline
// leaves, one switch returns. Speed and clock are the cluster's own, so they are shared anyway.
import { held, moment, now, replaying, shown } from "./clock.js";
import { panning } from "./hand.js";
import { lead } from "./lead.js";
import { send } from "./live.js";
import { select, selected } from "./select.js";
import { bounded } from "./timescale.js";
import { onTouch } from "./touch.js";
import { go } from "./travel.js";
import { choose, view } from "./view.js";

const DRIFT = 2000; // a past that runs is set right if it is further off
const REST = 250; // after so long without anything new the page is where it should be, or goes there again
const MOST = 10; // times: what cannot be reached is let be
const main = () => document.querySelector("main[data-name]");
const timeline = () => document.querySelector("[data-timeline]");
const origin = () => Number(document.querySelector("[data-clock-state]").dataset.origin ?? 0);

let applied = ""; // the place that this page went to
let tries = 0;
let due = 0;
let said = null; // whether the server knows that this page follows
let acts; // whether viewers could act when this page was made

const button = () => document.querySelector("[data-follow]");
const key = () => `follow:${button().dataset.slug}`;
const given = () => JSON.parse(document.querySelector("#lead")?.dataset.lead || "null");

// Who opens the address of a moment wants to see that moment.
function following() {
  if (held()) return true;
  const kept = sessionStorage.getItem(key());
  const { searchParams } = new URL(location.href);
  return kept ? kept === "yes" : !searchParams.has("at") && !searchParams.has("selected");
}

function follow(yes) {
  sessionStorage.setItem(key(), yes ? "yes" : "no");
  applied = "";
  update();
}

const open = () => document.querySelector("#lead").dataset.open !== undefined;

function update() {
  if (open() !== acts) location.reload(); // with other buttons
  const there = given();
  const element = button();
  const on = following();
  element.hidden = !there;
  element.disabled = held();
  element.setAttribute("aria-pressed", String(on));
  element.textContent = on ? element.dataset.on : element.dataset.off;
  tell(Boolean(there) && on);
  if (!there || !on) return;
  const { lead: text, place: address } = document.querySelector("#lead").dataset;
  if (text === applied) return;
  sessionStorage.setItem(key(), "yes");
  const { namespace, name } = main().dataset;
  if (there.namespace !== namespace || there.name !== name) {
    location.assign(address);
    return;
  }
  applied = text;
  tries = MOST;
  apply(there);
  later();
}

function tell(on) {
  if (on !== said) send(JSON.stringify({ following: on }));
  said = on;
}

// ---- going there

const past = (there) => there.at !== null && there.at - origin() < now();

function apply(there) {
  const at = there.at === null ? null : there.at - origin();
  const near = there.run && replaying() && Math.abs(shown() - at) < DRIFT;
  if (past(there) ? !near : moment() !== null || timeline()?.dataset.live === "false") go(at, { run: there.run, rests: false, led: true });
  if (!timeline()) return;
  if (!there.run) look(there);
  select(there.selected);
}

// The same window. At the live edge only its length: each page moves on by itself.
function look({ live, start, span }) {
  const { from, span: length } = view();
  const here = timeline().dataset.live === "true";
  if (!live && (from !== start || length !== span)) choose({ from: start, span });
  if (live && (!here || length !== span)) choose({ from: Math.max(0, now() + span * 0.08 - span), span });
}

function arrived(there) {
  const at = there.at === null ? null : there.at - origin();
  if (past(there) ? moment() === null || (!there.run && Math.abs(moment() - at) > 1) : moment() !== null) return false;
  if (!timeline() || there.run) return true;
  return selected() === there.selected && seen(there);
}

function seen({ live, start, span }) {
  if (live) return timeline().dataset.live === "true";
  const wanted = bounded({ from: start, span }, now());
  return Math.abs(view().from - wanted.from) <= 1 && Math.abs(view().span - wanted.span) <= 1;
}

function later() {
  clearTimeout(due);
  due = setTimeout(check, REST);
}

function check() {
  const there = given();
  if (!there || !following() || !applied || tries <= 0) return;
  if (panning() || arrived(there)) return;
  tries -= 1;
  apply(there);
  later();
}

// ---- leaving

function leave() {
  if (!held() && following() && given()) follow(false);
}

function learn() {
  acts = open();
  onTouch(leave);
  document.addEventListener("htmx:wsOpen", () => {
    said = null;
    update();
  });
  document.addEventListener("htmx:wsAfterMessage", update);
  for (const name of ["htmx:wsAfterMessage", "htmx:afterSwap", "podviz:drawn", "podviz:moment"]) document.addEventListener(name, later);
  button().addEventListener("click", () => follow(!following()));
  update();
}

export function start() {
  if (!main() || !document.querySelector("#lead")) return;
  if (main().dataset.presents !== undefined) lead();
  else if (button()) learn();
}
