// While somebody pans, messages wait: what they change would be laid out and painted under the moving hand.
const MOST = 200; // messages, about twenty seconds
const SLICE = 8; // ms that may go into messages before a frame is drawn
const waiting = [];
let socket = null;
let late = 0; // the timer of those that waited
let telling = false;

export const panning = () => document.querySelector(".panning") !== null;

// What comes later waits, too, until all that came before it is told.
function hold(event) {
  if (telling || (!panning() && !waiting.length)) return;
  event.preventDefault();
  waiting.push(event.detail.message);
  rest();
}

const ripe = () => waiting.length && (!panning() || waiting.length > MOST);

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

export function start() {
  if (!document.querySelector("[ws-connect]")) return;
  const open = htmx.createWebSocket;
  htmx.createWebSocket = (url) => (socket = open(url));
  document.addEventListener("htmx:wsBeforeMessage", hold);
  document.addEventListener("htmx:wsAfterMessage", after);
  document.addEventListener("podviz:view", rest);
}
