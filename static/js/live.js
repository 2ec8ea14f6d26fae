// The socket: marks that are sent again replace themselves, and a lost connection is said.
import { connected, moment } from "./clock.js";
import { draw, refresh } from "./draw.js";
import { view } from "./view.js";

// What differs from moment to moment: messages tell it of the live edge only.
const MOMENT = "#cells, #sentence, #notes, #event-count, #console, #moments, #why, #pods, #services, #terminal, #nodes, #nodes *";
let socket = null;
let reading = false;
const told = new Map(); // what the last message said, by id

// Marks come as children to append to a lane. One that is there already is put in its place instead.
function merge(event) {
  const { target, fragment } = event.detail;
  if (reading && moment() !== null && target.matches(MOMENT)) return event.preventDefault();
  if (target.id === "timeline") return whole(event);
  if (reading && known(target, fragment)) return event.preventDefault();
  if (!target.matches(".track")) return undefined;
  const { number } = document.querySelector("[data-clock-state]").dataset;
  for (const item of [...fragment.querySelectorAll("li[id]")]) {
    Object.assign(item.dataset, { asOf: number, track: target.id });
    if (item.matches(".flag")) target.closest(".lane").classList.add("flagged");
    const known = document.getElementById(item.id);
    if (item.hidden) {
      known?.remove();
      item.remove();
    } else if (known) {
      replace(known, item);
    }
  }
  return undefined;
}

// A part that says what it said before stays as it is. Times in it go on by themselves (clock.js).
function known({ id }, fragment) {
  const part = fragment.firstElementChild;
  if (!id || part?.id !== id) return false;
  const text = part.outerHTML.replace(/--now:[\d.]+/g, "").replace(/(data-(?:until|age)="\d+"[^>]*>)[^<]*/g, "$1");
  const same = told.get(id) === text;
  told.set(id, text);
  return same;
}

function replace(known, item) {
  const focused = known.contains(document.activeElement);
  if (known.classList.contains("selected")) item.classList.add("selected");
  known.replaceWith(item);
  if (focused) item.querySelector("a")?.focus();
}

// A timeline with other lanes, for the window at the live edge. Who looks elsewhere asks for their part.
function whole(event) {
  const sent = event.detail.fragment.querySelector("[data-timeline]");
  const shown = view();
  event.preventDefault();
  const same = Number(sent.dataset.from) === shown.from && Number(sent.dataset.span) === shown.span;
  if (same && moment() === null) {
    draw(sent);
    return;
  }
  // Until that answer is here, the next messages find the lanes that they are for.
  adopt(document.querySelector("[data-groups]"), sent.querySelectorAll(".group"));
  refresh();
}

// Puts what is missing, groups or lanes, where it stands among its fellows.
function adopt(parent, fellows) {
  let before = null;
  for (const one of fellows) {
    let known = document.getElementById(one.id);
    if (known) adopt(known, one.querySelectorAll(":scope > .lane"));
    else if (before) before.after((known = one));
    else parent.append((known = one));
    before = known;
  }
}

function lost(value) {
  connected(!value);
  const banner = document.querySelector("[data-lost]");
  if (!banner) return;
  banner.hidden = !value;
  if (value) banner.querySelector("[data-lost-at]").textContent = document.querySelector("[data-clock]")?.textContent ?? "";
}

// To the server, if it is there: what is late is not worth sending.
export function send(message) {
  if (document.querySelector("[data-lost]")?.hidden) socket?.send(message, document.querySelector("[ws-connect]"));
}

export function start() {
  if (!document.querySelector("[ws-connect]")) return;
  document.addEventListener("htmx:wsBeforeMessage", (event) => (reading = !event.defaultPrevented));
  document.addEventListener("htmx:wsAfterMessage", () => (reading = false));
  document.addEventListener("htmx:oobBeforeSwap", merge);
  document.addEventListener("htmx:wsOpen", (event) => {
    socket = event.detail.socketWrapper;
    lost(false);
  });
  document.addEventListener("podviz:moment", () => told.clear());
  document.addEventListener("htmx:wsClose", () => lost(true));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reconnect]")) socket?.reconnect();
  });
}
