// The timeline as PNG: the server draws an SVG, and the browser makes dots of it, two for each of its pixels.
const SCALE = 2;
const MOST = 16_000; // pixels on a side: more no canvas takes

async function picture(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const scale = Math.min(SCALE, MOST / image.naturalWidth, MOST / image.naturalHeight);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function take(event) {
  const link = event.target.closest("[data-png]");
  if (!link) return;
  event.preventDefault();
  const address = URL.createObjectURL(await picture(link.href));
  Object.assign(document.createElement("a"), { href: address, download: link.dataset.png }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function start() {
  for (const link of document.querySelectorAll("[data-png]")) link.hidden = false;
  document.addEventListener("click", take);
}
