// The link to the what-if page takes along the moment that is shown, which the address holds.
export function start() {
  const link = document.querySelector("[data-what-if]");
  if (!link) return;
  for (const name of ["pointerdown", "focus"]) {
    link.addEventListener(name, () => {
      const at = new URL(location.href).searchParams.get("at");
      link.search = at === null ? "" : `?at=${at}`;
    });
  }
}
