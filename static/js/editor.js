// The manifest's editor: line numbers beside the text, problems tied to their lines, Ctrl+Enter to run.
const part = (name) => document.querySelector(`[data-editor] [data-${name}]`);

function problems() {
  return [...document.querySelectorAll("[data-problem]")].map((row) => ({
    number: row.dataset.problem, line: Number(row.dataset.line), column: Number(row.dataset.column),
    was: row.dataset.was, suggestion: row.dataset.suggestion, row,
  }));
}

const KEY = /^(\s*(?:- )*)([\w./"'-]+:)(?=\s|$)/;

function span(name, text, children = []) {
  const element = Object.assign(document.createElement("span"), { className: name, textContent: text });
  element.append(...children);
  return element;
}

// The line once more, below the text that is typed into: keys in their colour, what is wrong underlined.
function coloured(line, problem) {
  const start = problem?.was ? problem.column - 1 : line.length;
  const parts = [];
  const head = line.slice(0, start);
  const key = KEY.exec(head);
  if (/^\s*#/.test(line)) return span("text comment", line);
  if (key) parts.push(key[1], span("name", key[2]), head.slice(key[0].length));
  else parts.push(head);
  if (problem?.was) {
    parts.push(span("wrong", line.slice(start, start + problem.was.length)), line.slice(start + problem.was.length));
    parts.push(span("chip", `${part("text").dataset.hint} ${problem.suggestion}`));
  }
  return span("text", "", parts);
}

// One row for each line: its number, its text in colours, and the problem it has.
function gutter() {
  const text = part("text");
  const lines = text.value.split("\n");
  const found = new Map(problems().map((problem) => [problem.line, problem]));
  const rows = lines.map((line, index) => {
    const problem = found.get(index + 1);
    const row = document.createElement("li");
    row.append(span("no", index + 1), coloured(line, problem));
    if (problem) {
      row.className = "bad";
      row.prepend(Object.assign(document.createElement("a"), { href: `#problem-${problem.number}`, textContent: problem.number, className: "badge", tabIndex: -1 }));
    }
    return row;
  });
  part("gutter").replaceChildren(...rows);
  part("gutter").parentElement.classList.add("lively");
  text.rows = Math.max(14, lines.length + 1);
  part("run").disabled = found.size > 0;
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
  const walk = event.target.closest("[data-walk]");
  if (walk) return go(Number(walk.dataset.walk));
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

// To the next problem below the cursor, or (-1) the one above; from the last on to the first.
function go(step) {
  const all = problems().sort((a, b) => step * (a.line - b.line));
  const text = part("text");
  const here = text.value.slice(0, text.selectionStart).split("\n").length;
  const chosen = all.find(({ line }) => step * (line - here) > 0) ?? all[0];
  if (chosen) to(chosen.line, chosen.column, chosen.was?.length);
}

function key(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) part("run")?.click();
  if (event.key !== "F8" || !problems().length) return;
  event.preventDefault();
  go(event.shiftKey ? -1 : 1);
}

export function start() {
  const text = part("text");
  if (!text) return;
  gutter();
  if (text.value === text.defaultValue) text.dataset.pristine = "";
  text.addEventListener("input", gutter);
  text.addEventListener("scroll", () => part("gutter").style.setProperty("--x", `${-text.scrollLeft}px`));
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
