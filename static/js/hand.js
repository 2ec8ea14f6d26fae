// While somebody pans, messages wait: what they change would be laid out and painted under the moving hand. So they do
// while a button of the mouse is down: a click on what was replaced between press and release would be lost.
const MOST = 200; // messages, about twenty seconds
const SLICE = 8; // ms that may go into messages before a frame is drawn
const waiting = [];
let socket = null;
let late = 0; // the timer of those that waited
let telling = false;
let down = false;

export const panning = () => document.querySelector(".panning") !== null;
export const pressed = () => down;
const busy = () => down || panning();

// What comes later waits, too, until all that came before it is told.
function hold(event) {
  if (telling || (!busy() && !waiting.length)) return;
  event.preventDefault();
  waiting.push(event.detail.message);
  rest();
}

const ripe = () => waiting.length && (!busy() || waiting.length > MOST);

function rest() {
  if (ripe()) late ||= setTimeout(tell);
}

function tell() {
  late = 0;
  telling = true;
  const until = performance.now() + SLICE;
  while (ripe() && performance.now() < until) socket.dispatchEvent(new MessageEvent("message", { data: waiting.shift() }));
  telling = false;
  rest();
}

// Only the last of them says what time it is.
function after(event) {
  if (telling && waiting.length) event.stopImmediatePropagation();
}

function press({ type }) {
  down = type === "pointerdown";
  rest(); // in a task of its own: the click comes first
}

export function start() {
  for (const name of ["pointerdown", "pointerup", "pointercancel"]) document.addEventListener(name, press, { capture: true, passive: true });
  if (!document.querySelector("[ws-connect]")) return;
  const open = htmx.createWebSocket;
  htmx.createWebSocket = (url) => (socket = open(url));
  document.addEventListener("htmx:wsBeforeMessage", hold);
  document.addEventListener("htmx:wsAfterMessage", after);
  document.addEventListener("podviz:view", rest);
}
