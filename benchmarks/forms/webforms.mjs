// ODK Web Forms' engine as a process that is told by lines of JSON what to do, and answers in
// milliseconds. It is made for browsers: jsdom stands in for one, as in its own tests.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const modules = process.argv[2];
const packageAt = (name) => join(modules, 'node_modules', name);
const requireThere = createRequire(join(modules, 'here.js'));

// The engine's build takes itself for a CommonJS module where it finds Node.
globalThis.__dirname = join(packageAt('@getodk/xforms-engine'), 'dist');
globalThis.require = requireThere;
const { JSDOM } = requireThere('jsdom');
const { window } = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
const entry = join(packageAt('@getodk/xforms-engine'), 'dist', 'index.js');
const { loadForm } = await import(pathToFileURL(entry).href);

let form;
let root;
let byPath = new Map();

const timed = (work) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

// Paths below the root, as Kipu writes them: /data/group/name is /group/name.
const pathOf = (node) => node.currentState.reference.replace(/^\/[^/]+/, '');

const walk = (node) => {
  byPath.set(pathOf(node), node);
  (node.currentState.children ?? []).forEach(walk);
};

const index = () => {
  byPath = new Map();
  walk(root);
};

const put = (node, value) => {
  if (node.nodeType === 'select') node.selectValue(value);
  else node.setValue(node.valueType === 'int' ? BigInt(value) : value);
};

const isOpen = (node) => node && node.currentState.relevant && !node.currentState.readonly;

const commands = {
  async load({ file }) {
    const text = readFileSync(file, 'utf8');
    const folder = dirname(file);
    const media = new Map(readdirSync(folder).filter((name) => name.endsWith('.csv'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    const fetchFormAttachment = async (url) => new Response(media.get(url.pathname.split('/').pop()),
      { headers: { 'content-type': 'text/csv' } });
    const start = performance.now();
    form = await loadForm(text, { fetchFormAttachment });
    if (form.status === 'failure') throw form.error;
    root = form.createInstance().root;
    const ms = performance.now() - start;
    index();
    return { ms: [ms] };
  },
  open() {
    const ms = timed(() => { root = form.createInstance().root; });
    index();
    return { ms: [ms] };
  },
  answer({ answers }) {
    const took = [];
    let skipped = 0;
    for (const [path, value] of answers) {
      const node = byPath.get(path);
      if (isOpen(node)) took.push(timed(() => put(node, value)));
      else skipped += 1;
    }
    return { ms: took, skipped };
  },
  add({ path, count, seconds }) {
    const rows = byPath.get(path);
    const took = [];
    const end = performance.now() + seconds * 1000;
    while (rows.currentState.children.length < count && performance.now() < end) {
      took.push(timed(() => rows.addInstances()));
    }
    return { ms: took, rows: rows.currentState.children.length };
  },
  remove({ path }) {
    const rows = byPath.get(path);
    return { ms: [timed(() => rows.removeInstances(rows.currentState.children.length - 1))] };
  },
  choose({ on, value, path }) {
    let count = 0;
    const ms = timed(() => {
      put(byPath.get(on), value);
      count = byPath.get(path).currentState.valueOptions.length;
    });
    return { ms: [ms], count };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...options } = JSON.parse(line);
  console.log(JSON.stringify(await commands[what](options)));
}
