// What lasts on the timeline and on the overview: it is set on those marks alone, and only when one can see it.
const SHOWN = ".playhead, .nowchip, .veil";
const SCREEN = 700; // pixels, about: a step that is shorter than one moves nothing
const lasting = document.getElementsByClassName("lasts");
let grown = -1; // the live edge to which the marks have grown
let stripped = -1; // and those of the overview

// Another moment is shown: everything has its place at once.
export function again() {
  grown = stripped = -1;
}

// What lasts grows, and the playhead goes on, once that can be seen; what is new has its place at once. Not under the
// hand of somebody who pans.
export function grow(edge, at, past) {
  const value = (edge / 1000).toFixed(2);
  const timeline = document.querySelector("[data-timeline]");
  const still = timeline?.matches(".panning") || !visible(edge, grown, timeline?.dataset.span);
  const rests = !visible(edge, stripped, document.querySelector("[data-strip]")?.dataset.span);
  if (!still) grown = edge;
  if (!rests) stripped = edge;
  for (const { style } of document.querySelectorAll(SHOWN)) {
    if (past || !still || !style.getPropertyValue("--now")) style.setProperty("--now", (at / 1000).toFixed(3));
  }
  for (const element of lasting) {
    const waits = element.closest("[data-strip]") ? rests : still || !longer(element, edge);
    if (waits && element.style.getPropertyValue("--now")) continue;
    if (!element.parentElement.closest("[data-still]")) element.style.setProperty("--now", value);
  }
}

// Whether so much time is as much as a pixel of a stretch that is shown.
const visible = (edge, before, span) => Math.abs(edge - before) >= Number(span ?? 0) / SCREEN;

// A streak is longer by its next attempt only.
function longer({ style }, edge) {
  const [from, every, before] = ["--t", "--every", "--now"].map((name) => Number(style.getPropertyValue(name)) * 1000);
  const attempts = (at) => Math.floor((at - from) / every);
  return !every || attempts(edge) !== attempts(before);
}
