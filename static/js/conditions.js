// The Pod's conditions fold to the one that sums them up, Ready, and stay folded when the timeline is drawn anew.
let folded = false;

function show() {
  const button = document.querySelector("[data-conditions]");
  if (!button) return;
  button.setAttribute("aria-expanded", String(!folded));
  document.querySelector("[data-timeline]").classList.toggle("folded", folded);
}

export function start() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-conditions]")) return;
    folded = !folded;
    show();
    document.dispatchEvent(new CustomEvent("podviz:view"));
  });
  for (const name of ["podviz:drawn", "htmx:wsAfterMessage"]) document.addEventListener(name, show);
}
