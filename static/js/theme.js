// Light or dark: the system's choice until somebody says otherwise, kept in a cookie so that the server draws it at once.
const dark = matchMedia("(prefers-color-scheme: dark)");

function toggle() {
  const root = document.documentElement;
  const present = root.dataset.theme ?? (dark.matches ? "dark" : "light");
  root.dataset.theme = present === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
}

export function start() {
  document.querySelector("[data-theme-toggle]")?.addEventListener("click", toggle);
}
