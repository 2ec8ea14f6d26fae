// Geometry of the timeline, in milliseconds since the Pod was made. Pure: no DOM.
// The twin of dashboard/presenters/timescale.py.

const SECOND = 1000;
export const SPANS = [60, 120, 180, 240, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800].map((s) => s * SECOND);
export const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400].map((s) => s * SECOND);
export const ROOM = 0.08;
export const SHORTEST = 2 * SECOND;

// The smallest window of a round length that holds everything so far.
export function fit(now) {
  const needed = now * (1 + ROOM);
  const last = SPANS[SPANS.length - 1];
  const span = SPANS.find((s) => s >= needed) ?? Math.ceil(Math.trunc(needed) / last) * last;
  return { from: 0, span };
}

// The window at the live edge: it moves in steps of a quarter.
export function live(now, longest = 300 * SECOND) {
  const whole = fit(now);
  if (whole.span <= longest) return whole;
  const step = Math.floor(longest / 4);
  const behind = now - Math.trunc(longest * (1 - ROOM));
  return { from: Math.max(0, Math.ceil(behind / step) * step), span: longest };
}

// `view` with its length times `factor`, about a moment that stays where it is, or about its middle if that is not in view.
export function zoomed(view, factor, pivot) {
  const span = Math.max(SHORTEST, Math.trunc(view.span * factor));
  const inside = view.from <= pivot && pivot <= view.from + view.span;
  const middle = inside ? pivot : view.from + Math.floor(view.span / 2);
  const share = (middle - view.from) / Math.max(view.span, 1);
  return { from: Math.max(0, Math.trunc(middle - span * share)), span };
}

// `view`, or one as long about `at` if that is not in view.
export function holding(view, at) {
  if (view.from <= at && at <= view.from + view.span) return view;
  return { from: Math.max(0, at - Math.floor(view.span / 2)), span: view.span };
}

// `view` within what there is to see: it starts at 0 at the earliest, and the live edge is its left end at the latest.
export function bounded(view, now) {
  const span = Math.min(view.span, Math.max(SPANS[0], fit(now).span));
  return { from: Math.round(Math.min(Math.max(0, view.from), Math.max(0, now - span * ROOM))), span: Math.round(span) };
}

export function step(view, most = 10) {
  const last = STEPS[STEPS.length - 1];
  return STEPS.find((s) => view.span / s <= most) ?? Math.ceil(view.span / (most * last)) * last;
}

export function ticks(view, most = 10) {
  const apart = step(view, most);
  const found = [];
  for (let at = Math.ceil(view.from / apart) * apart; at <= view.from + view.span; at += apart) {
    found.push({ at, label: clock(at, false) });
  }
  return found;
}

// 3:42.0, or 1:02:05.0 from the first hour on.
export function clock(ms, tenths = true) {
  const tenth = Math.floor(Math.abs(ms) / 100);
  const rest = tenth % 600;
  const minutes = Math.floor(tenth / 600);
  const two = (n) => String(n).padStart(2, "0");
  const tail = two(Math.floor(rest / 10)) + (tenths ? `.${rest % 10}` : "");
  const head = minutes >= 60 ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}` : `${minutes}`;
  return `${ms < 0 ? "-" : ""}${head}:${tail}`;
}

// How long, in Go's manner as Kubernetes prints it: 5s, 1m20s, 2h.
export function duration(ms) {
  if (ms < 10 * SECOND && ms % SECOND) return `${(Math.round(ms / 100) / 10).toFixed(1)}s`;
  const total = Math.round(ms / SECOND);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  return `${hours ? `${hours}h` : ""}${minutes ? `${minutes}m` : ""}${seconds || !total ? `${seconds}s` : ""}`;
}

// How long until: 8.7 s, or 3m20s from two minutes on.
export function left(ms) {
  const rest = Math.max(0, ms);
  return rest < 120_000 ? `${(rest / 1000).toFixed(1)} s` : `${Math.floor(rest / 60_000)}m${Math.floor((rest % 60_000) / 1000)}s`;
}

// Ages as kubectl prints them. Twin of simulator/kubectl/duration.py human_duration.
export function age(ms) {
  const s = Math.floor(ms / 1000);
  const pair = (a, unit, b, small) => (b ? `${a}${unit}${b}${small}` : `${a}${unit}`);
  if (s < 120) return `${Math.max(0, s)}s`;
  const m = Math.floor(s / 60);
  if (m < 180) return m < 10 ? pair(m, "m", s % 60, "s") : `${m}m`;
  const h = Math.floor(m / 60);
  if (h < 8) return pair(h, "h", m % 60, "m");
  if (h < 48) return `${h}h`;
  const d = Math.floor(h / 24);
  if (d < 8) return pair(d, "d", h % 24, "h");
  return d < 730 ? `${d}d` : pair(Math.floor(d / 365), "y", d < 2920 ? d % 365 : 0, "d");
}
