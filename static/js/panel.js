// Keeps the open tab up to date: when the history has grown, it is asked for again, not too often and not all at once.
const FRESH = new Set(["events", "describe", "logs", "inside"]);
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
  if (!panel || !FRESH.has(panel.dataset.tab)) return;
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

function sent(event) {
  const form = event.target.closest?.("form");
  if (!form || !event.detail.successful) return;
  if (form.matches("[data-resets]")) form.querySelector("input[name=command]").value = "";
  form.closest("details")?.removeAttribute("open");
}

export function start() {
  if (!document.querySelector("[data-panel]")) return;
  seen = number();
  document.addEventListener("htmx:wsAfterMessage", () => number() > seen && later());
  document.addEventListener("htmx:afterRequest", sent);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
}
