// Draws the numbered chain of causes over the lanes: a soft band, orthogonal lines, a disc for each step.
const NS = "http://www.w3.org/2000/svg";

function make(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// The step's lane or, where that one is folded, its container's.
function shown(lane) {
  const names = [lane, lane.replace(/-[a-z]+$/, "")];
  return names.map((name) => document.getElementById(`t-${name}`)).find((track) => track?.offsetParent);
}

// Where each step is, in the plane's pixels. Steps left or right of the window stay off it.
function places(svg) {
  const timeline = svg.closest("[data-timeline]");
  const plane = svg.getBoundingClientRect();
  const from = Number(timeline.dataset.from);
  const span = Number(timeline.dataset.span);
  const found = [];
  for (const step of document.querySelectorAll("[data-why-panel] [data-step]")) {
    const track = shown(step.dataset.lane);
    if (!track) continue;
    const box = track.getBoundingClientRect();
    const flag = track.querySelector(`.flag.restart a[data-n="${step.dataset.number}"] .label`);
    const at = ((Number(step.dataset.at) - from) / span) * plane.width;
    const x = flag ? flag.getBoundingClientRect().right - plane.left + 11 : at;
    found.push({ x, lane: step.dataset.lane, y: box.top - plane.top + height(step.dataset.lane, box.height), number: step.dataset.step, stem: flag && at });
  }
  return spread(found);
}

// Beside what the lane's marks say: under the digits of a probe's columns, under the words of a process.
function height(lane, whole) {
  if (/-(startup|liveness|readiness)$/.test(lane)) return whole - 10;
  return lane.endsWith("-process") ? whole - 5 : Math.min(11, whole / 2);
}

// Discs that would cover each other stand side by side.
function spread(found) {
  found.forEach((place, index) => {
    for (const other of found.slice(0, index)) {
      if (Math.abs(other.y - place.y) < 16 && Math.abs(other.x - place.x) < 17) place.x = other.x + 18;
    }
  });
  return found;
}

// A restart's disc stands beside its flag: the line ends at the flag's stem. Between two signals the grace is drawn already.
function line({ x, y, stem, lane }, index, all) {
  if (!index || (lane === all[index - 1].lane && lane.endsWith("-signals"))) return `M${x} ${y}`;
  return stem === undefined || stem === null ? `V${y}H${x}` : `V${y + 12}H${stem}M${x} ${y}`;
}

function draw() {
  const svg = document.querySelector("[data-chain]");
  if (!svg) return;
  const found = places(svg);
  svg.replaceChildren();
  if (!found.length) return;
  const xs = found.map(({ x }) => x);
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  svg.append(make("rect", { class: "band", x: low, y: 0, width: Math.max(2, high - low), height: "100%" }));
  const route = found.map(line).join("");
  svg.append(make("path", { d: route }));
  for (const { x, y, number } of found) {
    svg.append(make("circle", { cx: x, cy: y, r: 8.5 }), make("text", { x, y }, number));
  }
}

export function start() {
  if (!document.querySelector("[data-chain]")) return;
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  document.addEventListener("podviz:view", soon);
  document.addEventListener("htmx:afterSwap", soon);
  addEventListener("resize", soon);
  soon();
}
