// The presenter's page tells where it looks; who follows looks there too. Touching the timeline leaves, one switch
// returns. Speed and clock are the cluster's own, so they are shared anyway.
import { moment, now, replaying, shown } from "./clock.js";
import { send } from "./live.js";
import { select } from "./select.js";
import { go } from "./travel.js";
import { choose, view } from "./view.js";

const PAUSE = 200;
const DRIFT = 2000; // a past that runs is set right if it is further off
const KEYS = /^(Arrow|Home|End|F8|Enter|[[\]+=0-])/;
const main = () => document.querySelector("main[data-name]");
const timeline = () => document.querySelector("[data-timeline]");
const origin = () => Number(document.querySelector("[data-clock-state]").dataset.origin ?? 0);
const chosen = () => Number(document.querySelector("[data-why-panel]")?.dataset.selected ?? 0);

// ---- leading

let told = "";
let due = 0;

function state() {
  const { namespace, name } = main().dataset;
  if (!timeline()) return { namespace, name };
  const at = moment() === null ? null : Math.round(origin() + moment());
  const { from, span } = view();
  const live = at === null && timeline().dataset.live === "true";
  return { namespace, name, at, run: replaying(), live, start: Math.round(live ? 0 : from), span: Math.round(span), selected: chosen() };
}

// A past that runs is told once in a while, all else when it changes.
function tell() {
  due = 0;
  const lead = state();
  const key = JSON.stringify(lead.run ? { ...lead, at: Math.round(lead.at / 5000), start: 0 } : lead);
  if (key === told) return;
  told = key;
  send(JSON.stringify({ lead }));
}

function lead() {
  const later = () => (due ||= setTimeout(tell, PAUSE));
  for (const name of ["podviz:view", "podviz:moment", "podviz:time", "htmx:afterSwap", "htmx:wsOpen"]) document.addEventListener(name, later);
  document.addEventListener("htmx:wsOpen", () => (told = ""));
}

// ---- following

let applying = false;
let applied = "";
let place = null; // where the presenter is, as it was applied

const button = () => document.querySelector("[data-follow]");
const key = () => `follow:${button().dataset.slug}`;
const given = () => JSON.parse(document.querySelector("#lead")?.dataset.lead || "null");

// Who opens the address of a moment wants to see that moment.
function following() {
  const kept = sessionStorage.getItem(key());
  const { searchParams } = new URL(location.href);
  return kept ? kept === "yes" : !searchParams.has("at") && !searchParams.has("selected");
}

function follow(yes) {
  sessionStorage.setItem(key(), yes ? "yes" : "no");
  applied = "";
  update();
}

function update() {
  const there = given();
  const element = button();
  const on = following();
  element.hidden = !there;
  element.setAttribute("aria-pressed", String(on));
  element.textContent = on ? element.dataset.on : element.dataset.off;
  if (!there || !on) return;
  const { lead: text, place: address } = document.querySelector("#lead").dataset;
  if (text === applied) return;
  applied = text;
  sessionStorage.setItem(key(), "yes");
  const { namespace, name } = main().dataset;
  if (there.namespace !== namespace || there.name !== name) location.assign(address);
  else if (timeline()) apply(there);
}

function apply(there) {
  applying = true;
  place = there;
  const at = there.at === null ? null : there.at - origin();
  const near = there.run && replaying() && Math.abs(shown() - at) < DRIFT;
  if (at === null ? moment() !== null || !timeline().dataset.live : !near) go(at, { run: there.run, rests: false });
  if (!there.run) look(there);
  select(there.selected);
  applying = false;
}

// The same window. At the live edge only its length: each page moves on by itself.
function look({ live, start, span }) {
  const { from, span: length } = view();
  const here = timeline().dataset.live === "true";
  if (!live && (from !== start || length !== span)) choose({ from: start, span });
  if (live && (!here || length !== span)) choose({ from: Math.max(0, now() + span * 0.08 - span), span });
}

// What a person does on the timeline leaves; what the page does by itself does not.
function leave() {
  if (!applying && following() && given()) follow(false);
}

function touched(event) {
  if (!event.isTrusted || !event.target.closest?.("[data-timeline], #overview, #why, #moments, .edges")) return;
  if (event.type === "click" && !event.target.closest("a, button")) return;
  if (event.type === "wheel" && !event.ctrlKey && !event.shiftKey) return;
  leave();
}

function pressed(event) {
  if (event.isTrusted && KEYS.test(event.key) && !event.target.closest("input, textarea, select, dialog")) leave();
}

// A drag of the playhead or of the window is seen by what it does.
function moved() {
  if (applying || !place || !following()) return;
  const past = moment() !== null;
  if (past !== (place.at !== null) && (past || !place.run)) leave();
  else if (place.live && timeline().dataset.live !== "true") leave();
}

function learn() {
  for (const name of ["click", "wheel"]) document.addEventListener(name, touched, { capture: true, passive: true });
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("podviz:time", () => timeline() && moved());
  document.addEventListener("htmx:wsAfterMessage", update);
  button().addEventListener("click", () => follow(!following()));
  update();
}

export function start() {
  if (!main() || !document.querySelector("#lead")) return;
  if (main().dataset.presents !== undefined) lead();
  else if (button()) learn();
}
