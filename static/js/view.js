// The window of the timeline: follows the live edge in steps, and opens another one on request.
import { moment, now, shown } from "./clock.js";
import { prune, refresh, scale, settle } from "./draw.js";
import { bounded, clock, fit, holding, live, step, ticks, zoomed } from "./timescale.js";

const phone = matchMedia("(max-width: 639px)");
const longest = () => (phone.matches ? 150_000 : 300_000); // of a window that nobody chose
let stepped = -1e9;
let base = { from: 0, span: 0 }; // what the marks' places are worked out from

const root = () => document.querySelector("[data-timeline]");

export function view() {
  const { from, span } = root()?.dataset ?? {};
  return { from: Number(from), span: Number(span) };
}

// A window of the same length costs no layout: the lanes are shifted. With another length every mark gets another place.
export function set({ from, span }) {
  const timeline = root();
  timeline.dataset.from = from;
  timeline.dataset.span = span;
  if (timeline.dataset.base === undefined || base.span !== span) rebase({ from, span });
  for (const lane of timeline.querySelectorAll(".track")) lane.style.translate = offset({ from, span });
  for (const part of timeline.querySelectorAll(".plane, [data-ruler]")) part.style.setProperty("--from", from / 1000);
  rule({ from, span });
  document.dispatchEvent(new CustomEvent("podviz:view"));
}

// By how much a lane is shifted to show this window.
export const offset = ({ from, span }) => (from === base.from ? "" : `${((base.from - from) / span) * 100}%`);

function rebase({ from, span }) {
  base = { from, span };
  const { style, dataset } = root();
  dataset.base = from;
  style.setProperty("--from", from / 1000);
  style.setProperty("--span", span / 1000);
  style.setProperty("--step", step(base, most()) / 1000);
}

// A window that somebody chose. It follows the live edge if that is in it.
export function choose(window) {
  const chosen = bounded(window, now());
  root().dataset.live = String(moment() === null && chosen.from <= now() && now() <= chosen.from + chosen.span);
  set(chosen);
  settle();
}

// Moves the window so that this moment is in view.
export function hold(at) {
  if (!root()) return;
  root().dataset.live = "false";
  const window = holding(view(), at);
  if (window.from === view().from) return;
  set(window);
  settle();
}

// As many ticks as have room.
const most = () => Math.max(3, Math.min(10, Math.floor((document.querySelector("[data-ticks]")?.clientWidth ?? 800) / 70)));

// `screens`: how many times wider than the screen the window is.
export function rule(window, screens = 1) {
  const list = document.querySelector("[data-ticks]");
  list.replaceChildren(...ticks(window, most() * screens).map(({ at, label }) => {
    const item = document.createElement("li");
    item.style.setProperty("--t", at / 1000);
    item.textContent = label;
    return item;
  }));
  const range = document.querySelector("[data-range]");
  if (range && screens === 1) range.textContent = `${clock(window.from, false)} – ${clock(window.from + window.span, false)}`;
}

// At the live edge the window moves on when the edge comes near its end; if it must too often, it grows.
function follow() {
  const timeline = root();
  if (!timeline || timeline.dataset.live !== "true" || moment() !== null) return;
  let { from, span } = view();
  if (now() <= from + span * 0.98) return;
  const time = performance.now();
  if (from === 0 && fit(now()).span <= longest()) span = fit(now()).span;
  else {
    if (time - stepped < 6000) span *= 2;
    from = Math.max(0, Math.ceil((now() - span * 0.7) / 1000) * 1000);
  }
  stepped = time;
  set({ from, span });
  prune(from);
  if (span > scale() * 1.5) settle(700 + Math.random() * 800); // not everybody at once
}

// Back to the live edge.
export function goLive() {
  if (root()) refresh(live(now(), longest()), true);
}

export function zoom(factor, pivot = shown()) {
  if (root()) choose(factor === "fit" ? fit(now()) : zoomed(view(), factor, pivot));
}

function click(event) {
  const link = event.target.closest("[data-zoom]");
  if (!link) return;
  event.preventDefault();
  zoom(link.dataset.zoom === "fit" ? "fit" : Number(link.dataset.zoom));
}

export function start() {
  if (!root()) return;
  set(view());
  if (root().dataset.live === "true" && view().span > longest()) {
    set(live(now(), longest()));
    settle();
  }
  document.addEventListener("podviz:time", follow);
  document.addEventListener("click", click);
  addEventListener("resize", () => root() && set(view()));
}
