// The page: a question is in the address, so that reloading, the back button and a copied link ask it again.

const $ = (id) => document.getElementById(id);
const shown = (value) => JSON.stringify(value, null, 1).replace(/\n\s*/g, " ").replace(/([[{]) | ([\]}])/g, "$1$2");
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const element = (tag, text = "", name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });

let pending = new AbortController(); // what was asked last; an older answer is not wanted any more

async function post(path, body, signal) {
  const reply = await fetch(`api/${path}`, {
    method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const said = await reply.json();
  if (!reply.ok) throw new Error(said.error.message);
  return said;
}

function say(text, wrong = false, where = $("status")) {
  where.textContent = text;
  where.className = wrong ? "error" : "";
}

// ------------------------------------------------------------ the question and the address

function question() {
  const args = lines($("args").value).map((line) => line.split(/:(.*)/s).map((part) => part.trim()));
  if (args.some(([name, kind]) => !name || !kind)) throw new Error("an argument is a name and a type, such as a: int[]");
  return {
    text: $("text").value.trim(),
    args: args.length ? Object.fromEntries(args.map(([name, kind]) => [name, kind])) : null,
    examples: lines($("examples").value),
  };
}

const FIELDS = ["text", "args", "examples"];

function address() {
  const said = FIELDS.map((field) => [field, $(field).value.trim()]).filter(([, value]) => value);
  return `?${new URLSearchParams(said)}`;
}

function readAddress() {
  const said = new URLSearchParams(location.search);
  for (const field of FIELDS) $(field).value = said.get(field) ?? "";
  $("more").open ||= Boolean($("args").value || $("examples").value);
  if ($("text").value) ask();
  else { pending.abort(); $("answer").hidden = true; say(""); }
}

async function ask() {
  pending.abort();
  const mine = pending = new AbortController();
  const button = $("ask").querySelector("button");
  button.setAttribute("aria-disabled", "true");
  say("thinking ...");
  try {
    const asked = question();
    if (!asked.text) throw new Error("say what to compute");
    const reply = await post("synthesize", asked, mine.signal);
    show(reply);
  } catch (error) {
    if (error.name === "AbortError") return; // a newer question has taken over, button and all
    $("answer").hidden = true;
    say(error.message, true);
  }
  if (mine === pending) button.removeAttribute("aria-disabled");
}

// ------------------------------------------------------------ the answer

function show(reply) {
  if (!reply.answer) {
    $("answer").hidden = true;
    say("no program found: try other words, or name the arguments", true);
    return;
  }
  const sure = reply.confidence === null ? "" : `, right with a probability of ${reply.confidence.toFixed(2)}`;
  say(reply.declined ? "no answer: this is only a guess; types or an example help" : "answered");
  describe(reply.answer);
  const verdict = !reply.passes ? "passes not all examples" : reply.declined ? "a guess" : "an answer";
  $("verdict").textContent = verdict + sure;
  $("notes").replaceChildren(...reply.notes.map((note) => element("li", note)));
  $("others").hidden = !reply.alternatives.length;
  $("alternatives").replaceChildren(...reply.alternatives.map(alternative));
  $("answer").hidden = false;
}

function alternative(other) {
  const item = element("li"), button = element("button", other.explanation ?? other.program);
  button.type = "button";
  if (other.differs) {
    const { input, gives, instead } = other.differs;
    button.append(element("br"), element("small", `${inputs(input)} -> ${result(instead)} instead of ${result(gives)}`));
  }
  button.addEventListener("click", async () => {
    try {
      describe(await post("describe", { program: other.program, args: other.args }));
      $("verdict").textContent = "chosen by you";
      $("notes").replaceChildren();
      $("explanation").scrollIntoView({ block: "nearest" });
      say("another program was chosen");
    } catch (error) { say(error.message, true); }
  });
  item.append(button);
  return item;
}

const inputs = (values) => Object.entries(values).map(([name, value]) => `${name}=${shown(value)}`).join(" ");
const result = (run) => run.error ? `${run.error.kind} error` : shown(run.value);

function describe(program) {
  const names = Object.keys(program.args);
  $("explanation").textContent = program.explanation ?? "There are no words for a part of this program.";
  $("signature").textContent = `${names.map((name) => `${name}: ${program.args[name]}`).join(", ")} -> ${program.return_type}`;
  $("program").textContent = program.indented;
  $("python").textContent = program.python;
  const head = element("tr");
  head.append(...[...names, "gives"].map((name) => Object.assign(element("th", name), { scope: "col" })));
  $("inputs").replaceChildren(head);
  $("runs").replaceChildren(...program.runs.map((run) => {
    const row = element("tr"), mark = { true: " (as expected)", false: " (not as expected)" }[run.passed] ?? "";
    row.append(...names.map((name) => element("td", shown(run.input[name] ?? null))),
      element("td", result(run) + mark, run.error || run.passed === false ? "error" : ""));
    return row;
  }));
  ownValues(program, names);
}

function ownValues(program, names) {
  const first = program.runs[0]?.input ?? {};
  const fields = names.map((name) => {
    const label = element("label", `${name} `), field = element("input");
    Object.assign(field, { name, value: shown(first[name] ?? null), spellcheck: false });
    label.append(field);
    return label;
  });
  const button = element("button", "Run");
  $("try").replaceChildren(...fields, button);
  say("", false, $("value"));
  $("try").onsubmit = async (event) => {
    event.preventDefault();
    try {
      const given = names.map((name) => [name, read(name, $("try").elements[name].value)]);
      const reply = await post("run", { program: program.program, args: program.args, input: Object.fromEntries(given) });
      say(`gives ${shown(reply.value)}`, false, $("value"));
    } catch (error) { say(error.message, true, $("value")); }
  };
}

function read(name, text) {
  if (["inf", "-inf"].includes(text.trim())) return text.trim();
  try { return JSON.parse(text); }
  catch { throw new Error(`${name}: expected a JSON value such as 3, true, "text" or [1, 2]`); }
}

// ------------------------------------------------------------ what a person does

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (address() !== location.search) history.pushState(null, "", address());
  ask();
});

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("ask").requestSubmit();
  }
});

$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("python").textContent);
  say("copied");
});

window.addEventListener("popstate", readAddress);
readAddress();
