// A form that was taken: what was typed is done with, and what it opened from closes. One that was refused says why.
function sent(event) {
  const form = event.target.closest?.("form");
  if (!form) return;
  const place = form.querySelector("[data-refusal]");
  if (place) {
    place.textContent = event.detail.successful ? "" : (event.detail.xhr.responseText ?? "");
    place.hidden = event.detail.successful;
  }
  if (!event.detail.successful) return;
  if (form.matches("[data-resets]")) form.reset();
  form.closest("details")?.removeAttribute("open");
}

export function start() {
  document.addEventListener("htmx:afterRequest", sent);
}
