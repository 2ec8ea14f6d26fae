// The page that was taken along: the timeline's own modules, with answers that are in the file instead of a server.
import * as bands from "./bands.js";
import * as card from "./card.js";
import * as chain from "./chain.js";
import * as clock from "./clock.js";
import * as labels from "./labels.js";
import * as lanes from "./lanes.js";
import * as pan from "./pan.js";
import * as select from "./select.js";
import * as view from "./view.js";

const swapped = (element) => element.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));

// The explanation of an entry, or without a number what to do.
function why(url) {
  const number = /\/why\/(\d+)\//.exec(url)?.[1] ?? "0";
  const kept = document.querySelector(`template[data-why="${number}"]`) ?? document.querySelector('template[data-why="0"]');
  document.getElementById("why").replaceWith(kept.content.cloneNode(true));
  swapped(document.getElementById("why"));
}

// All of the time is drawn already, at a scale that bears zooming in.
function timeline(url) {
  const asked = new URLSearchParams(url.split("?")[1]);
  const root = document.getElementById("timeline");
  root.dataset.from = asked.get("from");
  root.dataset.span = asked.get("span");
  swapped(root);
}

async function ajax(_verb, url, { target }) {
  if (target === "#why") why(url);
  if (target === "#timeline") timeline(url);
}

// A line of the manifest is in the file: only its fold may be closed.
function unfold(event) {
  const line = event.target.closest("[data-line]");
  document.getElementById(`L${line?.dataset.line}`)?.closest("details")?.setAttribute("open", "");
}

globalThis.htmx = { ajax };
history.pushState = () => {}; // a file has one address
document.addEventListener("click", unfold, true);
for (const island of [clock, view, bands, pan, select, chain, labels, lanes, card]) island.start();
