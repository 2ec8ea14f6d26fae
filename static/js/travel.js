// Time travel: the whole page shows one moment, that of the live edge or of the past. The playhead moves at once; what
// else differs from moment to moment is asked of the server, one question at a time, and the last one always.
// For others: go(ms since the Pod was made, or null for the live edge), and the event podviz:moment once it is shown.
import { held, look, moment, now, replaying, shown } from "./clock.js";
import { chosenTab } from "./late.js";
import { duration } from "./timescale.js";
import { goLive, hold } from "./view.js";

const PAUSE = 100;
const REST = 400; // after so long a moment gets an entry in the browser's history
const parts = () => document.querySelector("[data-parts]").dataset.parts; // what differs from moment to moment
const away = () => document.querySelector("[data-timeline]")?.dataset.live === "false"; // the window, from the live edge
let due = 0;
let busy = false;
let more = false;
let rest = 0;

const origin = () => Number(document.querySelector("[data-clock-state]").dataset.origin);
const asked = (name) => new URL(location.href).searchParams.get(name);

// The page's address at this moment.
export function address(at = moment()) {
  const url = new URL(location.href);
  url.hash = "";
  if (at === null) url.searchParams.delete("at");
  else url.searchParams.set("at", Math.round(origin() + at));
  return url.href;
}

// `led`: it is the presenter's moment. `run`: the past runs on from there. `rests` false: more is to come at once, as while somebody drags.
export function go(to, { run = false, rests = true, led = false } = {}) {
  if (held() && !led) return;
  const at = to === null || to >= now() ? null : Math.max(0, Math.round(to));
  if (at === null && moment() === null && !away()) return;
  look(at, run);
  if (at === null) goLive();
  else hold(at);
  edge();
  later();
  clearTimeout(rest);
  if (rests && !run) rest = setTimeout(keep, REST);
}

// Back and forward lead to the moments at which somebody stayed.
function keep() {
  if (address() !== location.href) history.pushState({}, "", address());
}

function later() {
  more = true;
  if (!busy && !due) due = setTimeout(load, PAUSE);
}

async function load() {
  [due, busy, more] = [0, true, false];
  const back = focus();
  const tab = chosenTab();
  const query = new URLSearchParams(tab ? { tab } : {});
  for (const name of ["selected", "list", "show"]) if (asked(name) !== null) query.set(name, asked(name));
  const how = { source: "#overview", target: "#moments", select: "#moments", swap: "outerHTML", selectOOB: parts() };
  await htmx.ajax("GET", `${location.pathname}?${query}`, how).catch(() => {}); // the banner says it
  back();
  busy = false;
  document.dispatchEvent(new CustomEvent("podviz:moment"));
  if (more) later();
}

// Parts that are drawn anew keep the focus where it was.
function focus() {
  const box = document.activeElement.closest("#panel, #moments");
  if (!box) return () => {};
  const all = (id) => [...document.getElementById(id).querySelectorAll("a, button, input, pre")];
  const index = all(box.id).indexOf(document.activeElement);
  return () => document.activeElement === document.body && all(box.id)[index]?.focus({ preventScroll: true });
}

// How far behind the live edge the page is, said on the button that leads there.
function edge() {
  const button = document.querySelector("[data-edge]");
  if (!button) return;
  const here = moment() === null && !away();
  const label = button.querySelector("[data-edge-label]");
  const { live, go: back, behind } = label.dataset;
  const late = now() - shown();
  const text = here ? live : moment() === null ? back : behind.replace("{time}", duration(late < 10_000 ? late : Math.floor(late / 1000) * 1000));
  if (label.textContent !== text) label.textContent = text;
  button.setAttribute("aria-current", String(here));
}

// The past that runs asks for what is new every second, and ends at the live edge.
let ran = 0;
function time() {
  edge();
  if (!replaying()) return;
  if (shown() >= now()) {
    go(null, { led: true });
    return;
  }
  hold(shown());
  if (performance.now() - ran < 500) return;
  ran = performance.now();
  later();
}

// In the past, play and pause are about what is shown and not about the cluster.
function submit(event) {
  const form = event.target.closest?.("[data-shown-when]");
  const own = form?.dataset.own !== undefined; // a viewer's, who moves nobody else's clock
  if (!form || (moment() === null && form.dataset.replay === undefined && !own)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (own) document.dispatchEvent(new CustomEvent("podviz:own")); // first, as who follows would be brought back
  go(moment() ?? (own ? shown() - 1 : 0), { run: form.dataset.shownWhen === "paused" }); // what is over plays from its start
}

function click(event) {
  const stop = event.target.closest("#moments [data-go]");
  const copy = event.target.closest("[data-copy-moment]");
  if (copy) copy.dataset.copy = address(shown());
  if (!stop && !event.target.closest("[data-edge]")) return;
  event.preventDefault();
  go(stop ? Number(stop.dataset.at) : null);
}

// Whatever is asked for about this page is meant as of the moment that is shown.
function ask({ detail }) {
  const own = detail.path.startsWith("?") || detail.path.startsWith(`${location.pathname}?`);
  if (own && detail.verb === "get" && moment() !== null) detail.parameters.at = Math.round(origin() + moment());
}

export function start() {
  if (!document.querySelector("[data-edge]")) return;
  document.addEventListener("podviz:time", time);
  document.addEventListener("podviz:view", edge);
  document.addEventListener("click", click, true);
  document.addEventListener("submit", submit, true);
  document.addEventListener("htmx:configRequest", ask);
  // What somebody does happens at the live edge: that is where one sees it.
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && detail.pathInfo.requestPath.includes("/actions/") && go(null));
  addEventListener("popstate", () => go(asked("at") === null ? null : Number(asked("at")) - origin()));
  edge();
}
