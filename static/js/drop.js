// Files dropped anywhere on the page, or chosen, are put into the editor as documents of one manifest.
// A history is not put there but opened.
import { reopen } from "./recording.js";

// Throws a TypeError if the file is not text; no text that YAML reads holds a NUL.
async function decode(file) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  if (text.includes("\0")) throw new TypeError("not text");
  return text.replace(/\r\n?/g, "\n");
}

function refuse(files, kind) {
  const place = document.querySelector("[data-refused]");
  place.textContent = [place.textContent, ...files.map(({ name }) => place.dataset[kind].replace("{file}", name))].filter(Boolean).join(" ");
  place.hidden = !place.textContent;
}

// What can be read goes into the editor after what was typed; of the rest it is said why not.
async function read(files) {
  if (document.querySelector("[data-editor] input[type=file]") && (await reopen(files))) return true;
  const place = document.querySelector("[data-refused]");
  const small = files.filter(({ size }) => size <= Number(place.dataset.largest));
  const texts = await Promise.all(small.map((file) => decode(file).catch(() => null)));
  place.textContent = "";
  refuse(files.filter((file) => !small.includes(file)), "tooLarge");
  refuse(small.filter((_, index) => texts[index] === null), "notText");
  refuse(small.filter((_, index) => texts[index]?.trim() === ""), "empty");
  const named = (text, index) => (files.length > 1 ? `# ${small[index].name}\n${text}` : text);
  add(texts.map((text, index) => text?.trim() && named(text, index)).filter(Boolean));
  return false;
}

function add(parts) {
  if (!parts.length) return;
  const editor = document.querySelector("[data-editor] textarea");
  const before = editor.dataset.pristine === undefined && editor.value.trim() ? [editor.value] : [];
  editor.value = [...before, ...parts].map((part) => (part.endsWith("\n") ? part : `${part}\n`)).join("---\n");
  delete editor.dataset.pristine;
  editor.dispatchEvent(new Event("input", { bubbles: true }));
  editor.focus();
}

function over(event) {
  if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
}

function leave(event) {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
}

// Where there is no editor, the files are taken to the page that has one.
function carry(files) {
  const form = document.querySelector("[data-drop-form]");
  form.elements.files.files = files;
  form.submit();
}

export function start() {
  const editor = document.querySelector("[data-editor]");
  if (!editor && !document.querySelector("[data-drop-form]")) return;
  const input = editor?.querySelector("input[type=file]");
  input?.addEventListener("change", async () => {
    if (!(await read([...input.files]))) input.value = "";
  });
  addEventListener("dragover", over);
  addEventListener("dragleave", leave);
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    if (editor) read([...event.dataTransfer.files]);
    else carry(event.dataTransfer.files);
  });
}
