// The keyboard on the timeline: one stop for Tab, arrows along a lane and between lanes.
import { shown } from "./clock.js";

const MARK = ".track a[data-n]";

function rove(chosen) {
  for (const link of document.querySelectorAll(`${MARK}[tabindex="0"]`)) link.tabIndex = -1;
  if (chosen) chosen.tabIndex = 0;
}

// New marks are no stops of their own; one mark always is.
function tidy() {
  for (const link of document.querySelectorAll(`${MARK}:not([tabindex])`)) link.tabIndex = -1;
  if (!document.querySelector(`${MARK}[tabindex="0"]`)) rove(document.querySelector(MARK));
}

const time = (link) => Number(link.parentElement.style.getPropertyValue("--t"));
const links = (track) => [...track.querySelectorAll("li:not([hidden]) > a[data-n]")].sort((a, b) => time(a) - time(b));

function along(link, move) {
  const all = links(link.closest(".track"));
  const index = all.indexOf(link) + move;
  return all[Math.max(0, Math.min(all.length - 1, index))];
}

const tracks = () => [...document.querySelectorAll(".track")].filter((track) => track.offsetParent && track.querySelector("li:not([hidden]) > a[data-n]"));
const nearest = (track, at) => links(track).reduce((best, other) => (Math.abs(time(other) - at) < Math.abs(time(best) - at) ? other : best));

function across(link, move) {
  const all = tracks();
  const track = all[all.indexOf(link.closest(".track")) + move];
  return track ? nearest(track, time(link)) : link;
}

// From elsewhere on the page to the first or (-1) the last lane, at the moment that is shown.
export function enter(index) {
  const track = tracks().at(index);
  if (!track || document.activeElement !== document.body) return;
  const link = nearest(track, shown() / 1000);
  rove(link);
  link.focus();
}

const MOVES = {
  ArrowLeft: (link) => along(link, -1),
  ArrowRight: (link) => along(link, 1),
  ArrowUp: (link) => across(link, -1),
  ArrowDown: (link) => across(link, 1),
};

function key(event) {
  const link = event.target.closest?.(MARK);
  const move = MOVES[event.key];
  if (!link || !move || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const next = move(link);
  rove(next);
  next.focus();
}

// A timeline that is drawn anew keeps the focus where it was.
let held = "";

function hold(event) {
  held = event.target.closest?.(MARK)?.parentElement.id ?? "";
}

function restore() {
  tidy();
  if (!held || document.activeElement !== document.body) return;
  const link = document.getElementById(held)?.querySelector("a[data-n]");
  if (!link) return;
  rove(link);
  link.focus({ preventScroll: true });
}

export function start() {
  if (!document.querySelector("[data-timeline], [data-axis]")) return;
  tidy();
  document.addEventListener("focusin", hold);
  document.addEventListener("pointerdown", hold);
  document.addEventListener("keydown", key);
  for (const name of ["htmx:afterSwap", "htmx:wsAfterMessage", "podviz:drawn"]) document.addEventListener(name, restore);
}
