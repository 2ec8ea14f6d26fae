// The presenter's page: which lanes are shown, and the keys that lead to it and away from it.
const FEWEST = 2; // lanes: STATUS and one container
const narrow = matchMedia("(max-width: 899px)"); // a phone, which scrolls

function choose() {
  const lanes = document.querySelector("[data-lanes]")?.dataset.lanes.split(" ");
  if (!lanes) return;
  for (const lane of document.querySelectorAll(".present .lane")) {
    lane.classList.toggle("off", !lanes.includes(lane.id.replace(/^lane-/, "")));
  }
  if (!narrow.matches) fold(lanes);
}

// Nobody scrolls on a stage: the least telling lanes go, until the rest fits.
function fold(lanes) {
  const page = document.documentElement;
  for (const name of lanes.slice(FEWEST).reverse()) {
    if (page.scrollHeight <= page.clientHeight) return;
    document.getElementById(`lane-${name}`)?.classList.add("off");
  }
}

function key(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, dialog[open]")) return;
  const link = document.querySelector({ p: "[data-present]", Escape: "[data-leave]" }[event.key] ?? "[data-none]");
  if (link) location.assign(link.href);
}

export function start() {
  document.addEventListener("keydown", key);
  if (!document.querySelector("[data-lanes]")) return;
  for (const name of ["htmx:wsAfterMessage", "htmx:afterSwap", "podviz:moment"]) document.addEventListener(name, choose);
  addEventListener("resize", choose);
  choose();
}
