// What unfolds from a button folds again at a click elsewhere, and with Esc.
function close(menu) {
  menu.removeAttribute("open");
}

function outside(event) {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(event.target)) close(menu);
}

function key(event) {
  const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
  if (!menu) return;
  event.stopPropagation();
  close(menu);
  menu.querySelector("summary").focus();
}

export function start() {
  if (!document.querySelector("[data-menu]")) return;
  document.addEventListener("click", outside);
  document.addEventListener("keydown", key, true);
}
