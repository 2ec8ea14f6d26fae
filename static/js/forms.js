// A form that was taken: what was typed is done with, and what it opened from closes.
function sent(event) {
  const form = event.target.closest?.("form");
  if (!form || !event.detail.successful) return;
  if (form.matches("[data-resets]")) form.reset();
  form.closest("details")?.removeAttribute("open");
}

export function start() {
  document.addEventListener("htmx:afterRequest", sent);
}
