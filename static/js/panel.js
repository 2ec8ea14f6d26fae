// Keeps the open tab up to date: when the history has grown, it is asked for again, not too often and not all at once.
import { moment } from "./clock.js";

const FRESH = new Set(["events", "describe", "logs", "inside", "text"]);
const PAUSE = 2000;
let timer = 0;
let seen = 0;

function busy(panel) {
  const chosen = getSelection();
  return document.hidden || panel.matches(":hover") || panel.contains(document.activeElement)
    || (!chosen.isCollapsed && panel.contains(chosen.anchorNode));
}

function refresh() {
  timer = 0;
  const panel = document.querySelector("[data-panel]");
  if (!panel || !FRESH.has(panel.dataset.tab) || moment() !== null) return;
  if (busy(panel)) {
    later();
    return;
  }
  seen = number();
  // Without a server there is nothing newer to show; the banner says so.
  htmx.ajax("GET", `?tab=${panel.dataset.tab}`, { target: "#panel", select: "#panel", swap: "outerHTML" }).catch(() => {});
}

const number = () => Number(document.querySelector("[data-clock-state]")?.dataset.number ?? 0);

function later() {
  timer ||= setTimeout(refresh, PAUSE + Math.random() * PAUSE);
}

export function start() {
  if (!document.querySelector("[data-panel]")) return;
  seen = number();
  document.addEventListener("htmx:wsAfterMessage", () => number() > seen && later());
}
