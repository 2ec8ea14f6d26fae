// Selecting a mark: the side panel, the address, and Esc to clear. Without this module the links do it.
import { chosenMark } from "./late.js";

const WHY = "[data-why-panel]";

export const selected = () => Number(document.querySelector(WHY)?.dataset.selected ?? 0);

function address(number) {
  const url = new URL(location.href);
  if (number) url.searchParams.set("selected", number);
  else url.searchParams.delete("selected");
  url.hash = "";
  return url;
}

function load(number) {
  const path = number ? document.querySelector("[data-timeline]").dataset.why.replace(/0\/$/, `${number}/`) : location.pathname;
  htmx.ajax("GET", path, { source: "#why", target: "#why", select: "#why", swap: "outerHTML" }).catch(() => {}); // the banner says it
}

export function select(number) {
  if (number === chosenMark() && number === selected()) return;
  if (number !== chosenMark()) history.pushState({}, "", address(number));
  load(number);
}

export function mark() {
  const number = selected();
  for (const item of document.querySelectorAll(".track > .selected")) item.classList.remove("selected");
  if (number) {
    for (const link of document.querySelectorAll(`.track a[data-n="${number}"]`)) link.parentElement.classList.add("selected");
  }
  document.dispatchEvent(new CustomEvent("podviz:view"));
}

function click(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-n]:not([data-open])");
  const clear = event.target.closest("[data-clear]");
  if (!link && !clear) return;
  event.preventDefault();
  select(link ? Number(link.dataset.n) : 0);
  if (link && innerWidth < 1280 && link.closest(".track")) document.querySelector("#why").scrollIntoView({ block: "nearest" });
}

// A line reference opens the YAML tab at that line.
function line(event) {
  const link = event.target.closest("[data-line]");
  if (!link || document.getElementById(`L${link.dataset.line}`)) return;
  event.preventDefault();
  const query = new URLSearchParams({ tab: "yaml", selected: selected() });
  htmx.ajax("GET", `?${query}`, { source: link, target: "#panel", select: "#panel", swap: "outerHTML" })
    .then(() => (location.hash = `L${link.dataset.line}`))
    .catch(() => {}); // the banner says it
}

export function start() {
  if (!document.querySelector(WHY)) return;
  document.addEventListener("click", click);
  document.addEventListener("click", line);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (selected() || chosenMark()) && !event.target.closest("input, textarea, dialog")) select(0);
  });
  addEventListener("popstate", () => load(chosenMark()));
  for (const name of ["htmx:afterSwap", "podviz:drawn"]) document.addEventListener(name, mark);
  mark();
}
