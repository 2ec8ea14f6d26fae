// On a phone the explanation is the first of the tabs, and only one of them is shown.
const phone = matchMedia("(max-width: 639px)");
let why = !/[?&]tab=|#panel/.test(location.href);

function show() {
  const stage = document.querySelector(".stage");
  stage.dataset.shows = !phone.matches ? "" : why ? "why" : "tab";
  const { tab } = document.querySelector("[data-panel]").dataset;
  for (const link of document.querySelectorAll("[data-panel] .tabs a")) {
    const chosen = phone.matches && why ? link.matches("[data-why-tab]") : new URL(link.href).searchParams.get("tab") === tab;
    if (chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function click(event) {
  const link = event.target.closest("[data-why-tab], .tabs a, [hx-target='#panel'], [data-line], a[data-n]:not([data-open])");
  if (!link || !phone.matches) return;
  why = link.matches("[data-why-tab], [data-n]");
  if (link.matches("[data-why-tab]")) event.preventDefault();
  show();
}

export function start() {
  if (!document.querySelector("[data-why-tab]")) return;
  document.addEventListener("click", click);
  document.addEventListener("htmx:afterSwap", show);
  phone.addEventListener("change", show);
  show();
}
