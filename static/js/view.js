// The window of the timeline: follows the live edge in steps, and opens another one on request.
import { now } from "./clock.js";
import { clock, fit, live, step, ticks, zoomed } from "./timescale.js";

const MOST_MARKS = 1500;
let stepped = -1e9;
let drawn = 0; // the length of the window that the server drew
let redraw = 0;

const root = () => document.querySelector("[data-timeline]");

export function view() {
  const { from, span } = root()?.dataset ?? {};
  return { from: Number(from), span: Number(span) };
}

function set({ from, span }) {
  const timeline = root();
  timeline.dataset.from = from;
  timeline.dataset.span = span;
  timeline.style.setProperty("--from", from / 1000);
  timeline.style.setProperty("--span", span / 1000);
  timeline.style.setProperty("--step", step({ from, span }, most()) / 1000);
  rule({ from, span });
  edge();
  document.dispatchEvent(new CustomEvent("podviz:view"));
}

// As many ticks as have room.
const most = () => Math.max(3, Math.min(10, Math.floor((document.querySelector("[data-ticks]")?.clientWidth ?? 800) / 70)));

function rule(shown) {
  const list = document.querySelector("[data-ticks]");
  list.replaceChildren(...ticks(shown, most()).map(({ at, label }) => {
    const item = document.createElement("li");
    item.style.setProperty("--t", at / 1000);
    item.textContent = label;
    return item;
  }));
  const range = document.querySelector("[data-range]");
  if (range) range.textContent = `${clock(shown.from, false)} – ${clock(shown.from + shown.span, false)}`;
}

// At the live edge the window moves on when the edge comes near its end; if it must too often, it grows.
function follow() {
  const timeline = root();
  if (!timeline || timeline.dataset.live !== "true") return;
  let { from, span } = view();
  if (now() <= from + span * 0.98) return;
  const time = performance.now();
  if (from === 0 && fit(now()).span <= 300_000) span = fit(now()).span;
  else {
    if (time - stepped < 6000) span *= 2;
    from = Math.max(0, Math.ceil((now() - span * 0.7) / 1000) * 1000);
  }
  stepped = time;
  set({ from, span });
  prune(from / 1000);
  if (span > drawn * 1.5) again();
}

// A window that grew is drawn anew once it is calm, and not by everybody at once.
function again() {
  clearTimeout(redraw);
  redraw = setTimeout(() => refresh(), 700 + Math.random() * 800);
}

// What has left the window on the left is not needed until somebody looks there.
function prune(from) {
  for (const item of root().querySelectorAll(".track > li")) {
    const end = item.style.getPropertyValue("--e") || (item.matches(".bar, .strip, .streak, .command, .grace, .hook, .full, .part, .plain, .wait, .fail, .true, .false, .rest") ? "" : item.style.getPropertyValue("--t"));
    if (end && Number(end) < from && !item.contains(document.activeElement)) item.remove();
  }
  if (root().querySelectorAll(".track > li").length > MOST_MARKS) refresh();
}

// Draw the present window anew on the server, which merges what is too close.
// `follow`: time goes on while the server draws, and the answer must still hold the live edge.
export function refresh(shown = view(), follow = root().dataset.live === "true") {
  const query = new URLSearchParams({ from: Math.round(shown.from), span: Math.round(shown.span) });
  if (follow) query.set("follow", "1");
  return htmx.ajax("GET", `${location.pathname}?${query}`, { target: "#timeline", select: "#timeline", swap: "outerHTML" });
}

// Whether the page is at the live edge, said on the button that leads there.
function edge() {
  const button = document.querySelector("[data-edge]");
  if (!button) return;
  const here = root().dataset.live === "true";
  button.setAttribute("aria-pressed", String(here));
  const label = button.querySelector("[data-edge-label]");
  label.textContent = here ? label.dataset.live : label.dataset.go;
}

function zoom(event) {
  if (event.target.closest("[data-edge]")) {
    event.preventDefault();
    refresh(live(now()), true);
    return;
  }
  const link = event.target.closest("[data-zoom]");
  if (!link) return;
  event.preventDefault();
  const shown = link.dataset.zoom === "fit" ? fit(now()) : zoomed(view(), Number(link.dataset.zoom), now());
  const inside = shown.from <= now() && now() <= shown.from + shown.span;
  set(shown);
  refresh(shown, inside && root().dataset.live === "true");
}

export function start() {
  if (!root()) return;
  drawn = view().span;
  set(view());
  document.addEventListener("podviz:time", follow);
  document.addEventListener("click", zoom);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "timeline" || !root()) return;
    drawn = view().span;
    set(view());
  });
  addEventListener("resize", () => root() && set(view()));
}
