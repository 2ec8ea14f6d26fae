// Answers may come in another order than they were asked for, and once what they are for was drawn anew. The open tab
// and the explanation that were asked for last are what is shown in the end.
const asked = (path) => new URL(path, location.href).searchParams;
const panel = () => document.querySelector("[data-panel]");

export const chosenTab = () => panel()?.dataset.asked ?? panel()?.dataset.tab;
export const chosenMark = () => Number(asked(location.href).get("selected") ?? 0);

// What is swapped in is of another tab, or about another mark, than was asked for since.
function late(id, { tab, selected }) {
  if (id === "panel") return tab !== chosenTab();
  return id === "why" && Number(selected ?? 0) !== chosenMark();
}

function told({ requestPath }) {
  const mark = /\/why\/(\d+)\//.exec(requestPath)?.[1];
  return { tab: asked(requestPath).get("tab"), selected: mark };
}

// Told to the element itself: one that is no longer in the document has nothing above it that could listen.
function swap({ detail }) {
  const { id } = detail.target;
  const place = document.getElementById(id);
  if (!place || late(id, told(detail.pathInfo))) detail.shouldSwap = false;
  else detail.target = place;
}

function request({ detail: { target, pathInfo } }) {
  if (target.id === "panel") panel().dataset.asked = told(pathInfo).tab;
  if (target.id) target.addEventListener("htmx:beforeSwap", swap);
}

function part({ detail }) {
  if (late(detail.target.id, detail.fragment.firstElementChild?.dataset ?? {})) detail.shouldSwap = false;
}

export function start() {
  document.addEventListener("htmx:beforeRequest", request);
  document.addEventListener("htmx:oobBeforeSwap", part);
}
