// What made a mark happen, and what it made happen: outlined and named while the mark is pointed at or focused.
const NAMED = 3; // on the card; a probe may have led to very many
let outlined = [];

// The marks that are there. What has no cause on the timeline was nobody's doing that it shows.
export function kin(link) {
  const timeline = link.closest("[data-timeline]");
  const { n, because } = link.dataset;
  const all = (name, number) => (timeline && number ? [...timeline.querySelectorAll(`.track > li:not([hidden]) > a[data-${name}="${number}"]`)] : []);
  return { cause: all("n", because), effect: all("because", n) };
}

export function outline(found) {
  fade();
  for (const [kind, links] of Object.entries(found)) {
    for (const { parentElement } of links) {
      parentElement.dataset.kin = kind;
      outlined.push(parentElement);
    }
  }
}

export function fade() {
  for (const item of outlined) delete item.dataset.kin;
  outlined = [];
}

// A line for the cause and one for the effects, each mark in the words that it is spoken with.
export function lines(found, labels) {
  return Object.entries(found).filter(([, links]) => links.length).map(([kind, links]) => {
    const line = document.createElement("p");
    const name = document.createElement("b");
    name.textContent = labels[kind];
    const texts = [...new Set(links.map((link) => link.getAttribute("aria-label")))];
    const more = texts.length > NAMED ? ` +${texts.length - NAMED}` : "";
    line.dataset.kin = kind;
    line.append(name, ` ${texts.slice(0, NAMED).join("; ")}${more}`);
    return line;
  });
}
