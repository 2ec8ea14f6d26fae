// Starts what a page has to write or to search in. What was typed before the scripts were there, or what the browser
// kept for the way back, is asked about as if it were typed now.
import { start } from "./editor.js";

function ask() {
  for (const field of document.querySelectorAll("[hx-trigger*='podviz:typed']")) {
    if (field.value !== field.defaultValue) htmx.trigger(field, "podviz:typed");
  }
}

start();
// By then htmx listens: it starts with the same event, and was there first.
document.addEventListener("DOMContentLoaded", ask);
