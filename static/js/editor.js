// The manifest's editor: line numbers beside the text, problems tied to their lines, Ctrl+Enter to run.
const part = (name) => document.querySelector(`[data-editor] [data-${name}]`);

function problems() {
  return [...document.querySelectorAll("[data-problem]")].map((row) => ({
    number: row.dataset.problem, line: Number(row.dataset.line), column: Number(row.dataset.column),
    was: row.dataset.was, suggestion: row.dataset.suggestion, row,
  }));
}

// One row for each line: its number, and the problem it has. The rows scroll with the text.
function gutter() {
  const text = part("text");
  const count = text.value.split("\n").length;
  const found = new Map(problems().map((problem) => [problem.line, problem]));
  const rows = [];
  for (let line = 1; line <= count; line += 1) {
    const row = document.createElement("li");
    row.append(Object.assign(document.createElement("span"), { textContent: line }));
    const problem = found.get(line);
    if (problem) {
      row.className = "bad";
      row.prepend(Object.assign(document.createElement("a"), { href: `#problem-${problem.number}`, textContent: problem.number, className: "badge" }));
    }
    rows.push(row);
  }
  part("gutter").replaceChildren(...rows);
  text.rows = Math.max(14, Math.min(count + 1, 400));
  delete text.dataset.pristine;
}

function to(line, column = 1, length = 0) {
  const text = part("text");
  const before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(before + column - 1, before + column - 1 + length);
  part("gutter").children[line - 1]?.scrollIntoView({ block: "nearest" });
}

// Puts the suggestion in the place of what is wrong, as typing would, so that it can be undone.
function fix({ line, column, was, suggestion }) {
  if (!was) return;
  to(line, column, was.length);
  document.execCommand("insertText", false, suggestion);
}

function click(event) {
  const row = event.target.closest("[data-problem]");
  const all = event.target.closest("[data-fix-all]");
  if (all) return problems().sort((a, b) => b.line - a.line || b.column - a.column).forEach(fix);
  if (!row) return undefined;
  const problem = problems().find(({ number }) => number === row.dataset.problem);
  if (event.target.closest("[data-fix]")) return fix(problem);
  if (event.target.closest("[data-goto]")) {
    event.preventDefault();
    return to(problem.line, problem.column, problem.was?.length);
  }
  return undefined;
}

function key(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) part("run")?.click();
  if (event.key !== "F8") return;
  const all = problems().sort((a, b) => a.line - b.line);
  if (!all.length) return;
  event.preventDefault();
  const text = part("text");
  const here = text.value.slice(0, text.selectionStart).split("\n").length;
  const next = event.shiftKey ? [...all].reverse().find(({ line }) => line < here) : all.find(({ line }) => line > here);
  const chosen = next ?? (event.shiftKey ? all[all.length - 1] : all[0]);
  to(chosen.line, chosen.column, chosen.was?.length);
}

export function start() {
  const text = part("text");
  if (!text) return;
  gutter();
  text.dataset.pristine = "";
  text.addEventListener("input", gutter);
  document.addEventListener("htmx:afterSwap", gutter);
  document.addEventListener("click", click);
  document.addEventListener("keydown", key);
  document.querySelector("[data-example]")?.addEventListener("click", (event) => {
    event.preventDefault();
    text.value = part("example-text").content.textContent.trimStart();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.querySelector("[data-clear-text]")?.addEventListener("click", () => {
    text.value = "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}
