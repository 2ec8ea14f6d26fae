// Small marks are hard to hit: what is pointed at beside them is meant for them.
const REACH = { touch: 22 }; // pixels; for a mouse or a pen fewer

// A tap beside a mark is meant for the nearest one of its lane.
export function tap({ target: element, clientX, pointerType }) {
  const track = element.closest(".view")?.querySelector(".track");
  if (!track || element.closest("a[data-n]")) return;
  const far = (link) => {
    const { left, right } = link.getBoundingClientRect();
    return Math.max(left - clientX, clientX - right, 0);
  };
  const near = [...track.querySelectorAll("a[data-n]")].map((link) => ({ link, away: far(link) })).sort((a, b) => a.away - b.away)[0];
  if (near && near.away <= (REACH[pointerType] ?? 10)) near.link.click();
}
