/**
 * Cells in a plain page, as in an Observable notebook: a cell has a name and inputs, which are the names of other
 * cells; it runs when all of them have values, and again when one of them changes. The cell NAME is the script with
 * the id NAME, and what it displays stands above its text.
 */

const cells = new Map();
const values = new Map();

/** The place of a cell in the page: its output, and its text below. */
function placeOf(name) {
  const script = document.getElementById(name);
  const output = document.createElement('div');
  output.className = 'output';
  output.id = `${name}-output`;
  const source = document.createElement('pre');
  source.textContent = script.textContent.trim();
  script.after(output, source);
  return output;
}

function shown(value) {
  return value instanceof Node ? value : document.createTextNode(String(value));
}

function publish(name, value) {
  values.set(name, value);
  for (const cell of cells.values()) if (cell.inputs.includes(name)) run(cell);
}

async function run(cell) {
  if (!cell.inputs.every((input) => values.has(input))) return;
  cell.runs += 1;
  const own = cell.runs;
  const output = document.createDocumentFragment();
  const display = (value) => output.append(shown(value));
  let value;
  try {
    value = await cell.body(...cell.inputs.map((input) => values.get(input)), display);
  } catch (error) {
    display(error);
  }
  // an input has changed meanwhile, and a newer run is under way
  if (own !== cell.runs) return;
  cell.output.replaceChildren(output);
  publish(cell.name, value);
}

/** Defines a cell; `body` is given the values of its inputs and `display`, and returns the value of the cell. */
export function cell(name, inputs, body) {
  const own = { name, inputs, body, runs: 0, output: placeOf(name) };
  cells.set(name, own);
  run(own);
}

/** A cell whose value is that of a form element, now and at each change. */
export function view(name, element) {
  placeOf(name).append(element);
  const tell = () => publish(name, element.valueAsNumber);
  element.addEventListener('input', tell);
  tell();
}
