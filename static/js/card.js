// The card beside a mark that is pointed at or focused: what it is, the message verbatim, its cause and its effects.
import { fade, kin, lines, outline } from "./kin.js";

let timer = 0;
let described = null;

function show(link) {
  const card = document.querySelector("[data-card]");
  const title = document.createElement("b");
  title.textContent = link.getAttribute("aria-label");
  card.replaceChildren(title);
  if (link.dataset.detail) {
    const message = document.createElement("pre");
    message.textContent = link.dataset.detail;
    card.append(message);
  }
  const found = kin(link);
  outline(found);
  card.append(...lines(found, card.dataset));
  card.hidden = false;
  if (link === document.activeElement) {
    described = link;
    link.setAttribute("aria-describedby", card.id);
  }
  place(card, link.getBoundingClientRect());
}

function place(card, mark) {
  const { width, height } = card.getBoundingClientRect();
  const x = Math.min(Math.max(8, mark.left), innerWidth - 8);
  const below = mark.bottom + 8 + height < innerHeight;
  card.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  card.style.top = `${below ? mark.bottom + 8 : Math.max(8, mark.top - height - 8)}px`;
}

function hide() {
  clearTimeout(timer);
  const card = document.querySelector("[data-card]");
  if (card) card.hidden = true;
  fade();
  described?.removeAttribute("aria-describedby");
  described = null;
}

function enter(event) {
  const link = event.target.closest?.(".track a[data-n]");
  hide();
  if (link) timer = setTimeout(() => link.isConnected && show(link), 120);
}

export function start() {
  if (!document.querySelector("[data-card]")) return;
  document.addEventListener("pointerover", enter);
  document.addEventListener("focusin", (event) => event.target.matches?.(":focus-visible") && enter(event));
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true, capture: true });
}
