// The socket: marks that are sent again replace themselves, and a lost connection is said.
import { connected } from "./clock.js";
import { refresh, view } from "./view.js";

let socket = null;

// Marks come as children to append to a lane. One that is there already is put in its place instead.
function merge(event) {
  const { target, fragment } = event.detail;
  if (target.id === "timeline") return whole(event);
  if (!target.matches(".track")) return;
  for (const item of [...fragment.querySelectorAll("li[id]")]) {
    const known = document.getElementById(item.id);
    if (item.hidden) {
      known?.remove();
      item.remove();
    } else if (known) {
      replace(known, item);
    }
  }
}

function replace(known, item) {
  const focused = known.contains(document.activeElement);
  if (known.classList.contains("selected")) item.classList.add("selected");
  known.replaceWith(item);
  if (focused) item.querySelector("a")?.focus();
}

// A timeline with other lanes, drawn for the window at the live edge. Who looks elsewhere asks for that part.
function whole(event) {
  const sent = event.detail.fragment.querySelector("[data-timeline]");
  const shown = view();
  if (!sent || (Number(sent.dataset.from) === shown.from && Number(sent.dataset.span) === shown.span)) return;
  event.preventDefault();
  event.detail.shouldSwap = false;
  refresh();
}

function lost(value) {
  connected(!value);
  const banner = document.querySelector("[data-lost]");
  if (!banner) return;
  banner.hidden = !value;
  if (value) banner.querySelector("[data-lost-at]").textContent = document.querySelector("[data-clock]")?.textContent ?? "";
}

export function start() {
  if (!document.querySelector("[ws-connect]")) return;
  document.addEventListener("htmx:oobBeforeSwap", merge);
  document.addEventListener("htmx:wsOpen", (event) => {
    socket = event.detail.socketWrapper;
    lost(false);
  });
  document.addEventListener("htmx:wsClose", () => lost(true));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reconnect]")) socket?.reconnect();
  });
}
