// On a phone, lanes in which nothing happens fold into one line, which opens. What happens in the window, and what the
// chain of causes touches, stays.
import { view } from "./view.js";

const phone = matchMedia("(max-width: 639px)");
const NEWS = {
  status: "li",
  container: ".bar.unready, .bar.stop, .bar.back, .bar.wait, .bar.many, .flag, .bar.ready, .bar.plain",
  probe: ".fail, .unknown",
  signals: "li",
  events: ".warning",
  traffic: "li",
  actions: "li",
};
let open = false;
let due = 0;

const button = () => document.querySelector("[data-fold]");
const kind = (lane) => /(?:^| )lane-([a-z]+)/.exec(lane.className)?.[1];

function within(item, { from, span }) {
  const [start, end] = ["--t", "--e"].map((name) => Number(item.style.getPropertyValue(name)) * 1000);
  const last = end || (item.matches(".lasts") ? Infinity : start);
  return start <= from + span && last >= from;
}

function quiet(lane, window, steps) {
  if (steps.has(lane.id.replace(/^lane-/, ""))) return false;
  const news = NEWS[kind(lane)];
  return !news || ![...lane.querySelectorAll(".track > li:not([hidden])")].some((item) => item.matches(news) && within(item, window));
}

function tidy() {
  due = 0;
  const toggle = button();
  if (!toggle) return;
  const steps = new Set([...document.querySelectorAll("[data-step]")].map(({ dataset }) => dataset.lane));
  let count = 0;
  for (const lane of document.querySelectorAll("[data-timeline] .lane")) {
    const folds = phone.matches && quiet(lane, view(), steps);
    count += folds;
    lane.classList.toggle("quiet", folds && !open);
  }
  toggle.hidden = !count;
  toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open.replace("{n}", count);
  toggle.setAttribute("aria-expanded", String(open));
}

function later(pause) {
  due ||= setTimeout(tidy, pause);
}

export function start() {
  if (!button()) return;
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-fold]")) return;
    open = !open;
    tidy();
    document.dispatchEvent(new CustomEvent("podviz:view"));
  });
  for (const name of ["podviz:view", "htmx:afterSwap"]) document.addEventListener(name, () => later(250));
  document.addEventListener("podviz:drawn", tidy);
  document.addEventListener("htmx:wsAfterMessage", () => later(1000));
  phone.addEventListener("change", tidy);
  tidy();
}
