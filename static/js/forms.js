// A form that was taken: what was typed is done with, and what it opened from closes, unless it is one of settings.
// One that was refused says why.
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
  if (!form.matches('[hx-trigger="change"]')) form.closest("details")?.removeAttribute("open");
}

export function start() {
  document.addEventListener("htmx:afterRequest", sent);
}
