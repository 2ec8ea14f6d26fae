// The marks of the timeline: asks the server for a window's, puts them into the lanes, and knows which part is there.
import { now } from "./clock.js";
import { panning } from "./hand.js";
import { set, view } from "./view.js";

const MOST_MARKS = 1500;
const FRAME = 5; // ms of a frame that may go into drawing lanes
const LONG = ".bar, .strip, .streak, .command, .grace, .hook, .full, .part, .plain, .wait, .fail, .true, .false, .rest";
let drawn = { from: 0, to: 0, span: 0 }; // what the server drew, and for a window of which length
let redraw = 0;
let patching = 0;

const root = () => document.querySelector("[data-timeline]");

export const covered = ({ from, span }) => drawn.from <= from && from + span <= drawn.to;
export const scale = () => drawn.span;

// Once the window is at rest, it is drawn anew if it shows what was not drawn, or at another scale.
export function settle(pause = 150) {
  clearTimeout(redraw);
  busy(stale());
  redraw = setTimeout(() => {
    busy(false);
    if (stale()) refresh();
  }, pause);
}

const stale = () => Boolean(root()) && (view().span !== drawn.span || !covered(view()));

// Until the lanes hold what their window should.
function busy(value) {
  if (value) root()?.setAttribute("aria-busy", "true");
  else root()?.removeAttribute("aria-busy");
}

// Draw the present window anew on the server, which merges what is too close.
// `follow`: time goes on while the server draws, and the answer must still hold the live edge.
export function refresh(window = view(), follow = root().dataset.live === "true") {
  clearTimeout(redraw);
  busy(true);
  const query = new URLSearchParams({ from: Math.round(window.from), span: Math.round(window.span) });
  query.set(follow ? "follow" : "wide", "1");
  const before = view();
  const same = () => before.from === view().from && before.span === view().span;
  const handler = (_, { xhr }) => (xhr.status === 200 ? draw(read(xhr.responseText), same() && !panning()) : busy(false));
  return htmx.ajax("GET", `${location.pathname}?${query}`, { source: "#playback", target: "#timeline", handler }).catch(() => busy(false)); // the banner says it
}

function read(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content.querySelector("#timeline");
}

// Puts a timeline into the place of the one that is there: htmx would compare each mark's id with each other's.
// `moves`: with its window, unless somebody chose another meanwhile.
export function draw(timeline, moves = true) {
  const shown = view();
  const { drawnFrom, drawnTo, from, span, live, number } = timeline.dataset;
  const tracks = (box) => [...box.querySelectorAll(".track")].map(({ id }) => id).join();
  const alike = timeline !== root() && Number(span) === drawn.span && tracks(timeline) === tracks(root());
  // What a message brought after this was drawn is as the message says.
  const late = [...root().querySelectorAll(".track > [data-as-of]")].filter(({ dataset }) => Number(dataset.asOf) > Number(number));
  clearTimeout(patching);
  if (alike) {
    busy(true);
    if (moves) root().dataset.live = live;
    patches([...timeline.querySelectorAll(".track")], late);
  } else {
    root().replaceWith(timeline);
    put(late);
  }
  // Of what came since it was drawn, the socket brings everything.
  drawn = { from: Number(drawnFrom), to: Number(drawnTo) >= now() ? Infinity : Number(drawnTo), span: Number(span) };
  set(moves ? { from: Number(from), span: Number(span) } : shown);
  document.dispatchEvent(new CustomEvent("podviz:drawn"));
  if (!moves) settle();
}

function put(late) {
  for (const item of late) {
    const known = document.getElementById(item.id);
    if (known && known !== item) known.replaceWith(item);
    else if (!known) document.getElementById(item.dataset.track)?.append(item);
  }
}

// Lane after lane, so that no frame takes long.
function patches(tracks, late) {
  const until = performance.now() + FRAME;
  while (tracks.length && performance.now() < until) {
    const fresh = tracks.shift();
    patch(document.getElementById(fresh.id), fresh);
  }
  if (tracks.length) {
    patching = setTimeout(patches, 0, tracks, late);
    return;
  }
  put(late);
  busy(false);
  document.dispatchEvent(new CustomEvent("podviz:drawn"));
}

// Marks that are there already stay what they are, with focus and all: to lay them out again is what costs.
function patch(track, fresh) {
  const present = new Map([...track.children].map((item) => [item.id, item]));
  let next = track.firstElementChild;
  for (const item of [...fresh.children]) {
    const known = present.get(item.id);
    const node = known && same(known, item) ? known : item;
    present.delete(item.id);
    if (known && known === next) next = next.nextElementSibling;
    if (node !== known || node.nextElementSibling !== next) track.insertBefore(node, next);
    if (known && node !== known) known.remove();
  }
  for (const item of present.values()) item.remove();
}

function same(a, b) {
  const [one, other] = [a.firstElementChild, b.firstElementChild];
  return ["--t", "--e", "--l"].every((name) => a.style.getPropertyValue(name) === b.style.getPropertyValue(name))
    && ["aria-label", "href"].every((name) => one.getAttribute(name) === other.getAttribute(name)) && one.childElementCount === other.childElementCount;
}

// What has left the window on the left is not needed until somebody looks there.
export function prune(from) {
  const items = root().querySelectorAll(".track > li");
  for (const item of items) {
    const end = item.style.getPropertyValue("--e") || (item.matches(LONG) ? "" : item.style.getPropertyValue("--t"));
    if (end && Number(end) * 1000 < from && !item.contains(document.activeElement)) item.remove();
  }
  drawn.from = Math.max(drawn.from, from);
  if (root().querySelectorAll(".track > li").length > MOST_MARKS) refresh();
}

export function start() {
  if (root()) draw(root());
}
