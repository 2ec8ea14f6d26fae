// Keeps the open tab up to date: when the history has grown, it is asked for again, not too often and not all at once.
import { moment } from "./clock.js";
import { pressed } from "./hand.js";
import { chosenTab } from "./late.js";
import { renew, runs } from "./renew.js";

const FRESH = new Set(["events", "describe", "logs", "inside", "text", "run"]);
const CHOICES = ["run-in", "run-of", "run-target"]; // containers to choose from
const PAUSE = 2000;
const QUICK = 700; // for what is to be seen as it changes
let later; // asks once more

// Somebody reads or uses what would be replaced. Pointing at what is inside a Pod is no use of it: it changes as one looks.
function busy(panel) {
  const chosen = getSelection();
  if (document.hidden || (!chosen.isCollapsed && panel.contains(chosen.anchorNode))) return true;
  if (chosenTab() === "run") return document.activeElement.matches("select");
  return chosenTab() !== "inside" && (panel.matches(":hover") || panel.contains(document.activeElement));
}

function refresh() {
  const panel = document.querySelector("[data-panel]");
  if (!panel || !FRESH.has(chosenTab()) || moment() !== null) return false;
  if (busy(panel)) {
    later();
    return false;
  }
  if (chosenTab() === "run" && panel.dataset.tab === "run") {
    choices();
    return true;
  }
  const back = place(panel);
  // Without a server there is nothing newer to show; the banner says so.
  htmx.ajax("GET", `?tab=${chosenTab()}`, { source: "#panel", target: "#panel", select: "#panel", swap: "outerHTML" }).then(back).catch(() => {});
  return true;
}

// Where commands are typed only the containers there are change. A choice stays, unless its container has ended, or one
// came that is to be typed into.
function choices() {
  const before = CHOICES.map((id) => document.getElementById(id)).filter(Boolean);
  const known = before.map((select) => [select.id, select.value, [...select.options].map((option) => option.value)]);
  const how = { target: "#debuggers", select: "#debuggers", swap: "outerHTML", selectOOB: before.map((select) => `#${select.id}`).join() };
  const restore = () => {
    for (const [id, value, values] of known) {
      const select = document.getElementById(id);
      const same = [...(select?.options ?? [])].find((option) => option.value === value);
      const better = select?.id === "run-in" && (!values.includes(select.options[0].value) || !("runs" in same.dataset));
      if (same && !better) same.selected = true;
    }
  };
  htmx.ajax("GET", "?tab=run", how).then(restore).catch(() => {});
}

// The focus and what was scrolled to stay; what is pointed out as new is looked at again.
function place(panel) {
  const all = (box) => [...box.querySelectorAll("a, #inside")];
  const focused = all(panel).indexOf(document.activeElement);
  const left = document.getElementById("inside")?.scrollLeft ?? 0;
  return () => {
    const inside = document.getElementById("inside");
    if (focused >= 0) all(document.querySelector("[data-panel]"))[focused]?.focus({ preventScroll: true });
    if (inside) inside.scrollLeft = left;
    if (inside?.querySelector(".fresh")) later();
  };
}

// What is pressed is not replaced before it is let go.
function spare({ detail }) {
  if (detail.target.id !== "panel" || !pressed()) return;
  detail.shouldSwap = false;
  later();
}

export function start() {
  document.addEventListener("htmx:beforeSwap", spare);
  if (document.querySelector("[data-panel]")) later = renew(refresh, () => (chosenTab() === "inside" || !runs() ? QUICK : PAUSE));
}
