// Files dropped anywhere on the page, or chosen, are put into the editor as documents of one manifest.
const LARGEST = 256_000;

async function read(files) {
  const editor = document.querySelector("[data-editor] textarea");
  const parts = [];
  for (const file of files) {
    if (file.size > LARGEST) continue;
    const text = (await file.text()).replace(/\r\n?/g, "\n");
    parts.push(files.length > 1 ? `# ${file.name}\n${text}` : text);
  }
  if (!parts.length) return;
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

export function start() {
  const editor = document.querySelector("[data-editor]");
  if (!editor) return;
  const input = editor.querySelector("input[type=file]");
  input?.addEventListener("change", async () => {
    await read([...input.files]);
    input.value = "";
  });
  addEventListener("dragover", over);
  addEventListener("dragleave", leave);
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    read([...event.dataTransfer.files]);
  });
}
