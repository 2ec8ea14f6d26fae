// Says the page's sentence to a screen reader when it changes, at most once in 5 s.
const PAUSE = 5000;
let said = "";
let due = 0;

// Countdowns change all the time and are no news.
function words() {
  const sentence = document.querySelector("[data-sentence]")?.cloneNode(true);
  for (const count of sentence?.querySelectorAll("[data-until]") ?? []) count.remove();
  return sentence?.textContent.trim() ?? "";
}

function speak() {
  due = 0;
  const text = words();
  if (text === said) return;
  said = text;
  document.querySelector("[data-speak]").textContent = document.querySelector("[data-sentence]").textContent.trim();
  due = setTimeout(speak, PAUSE);
}

export function start() {
  if (!document.querySelector("[data-speak]")) return;
  said = words();
  for (const name of ["htmx:wsAfterMessage", "podviz:moment"]) {
    document.addEventListener(name, () => !due && words() !== said && speak());
  }
}
