/** The test runner on toy suites: each way in which a test file can go wrong must be seen, in Node and in Chromium. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM_MISSING, FIREFOX_MISSING, findChromium, findFirefox, root } from '../../scripts/browser.js';
import { compileAll, compiled } from '../../scripts/compile.js';

const test = suite('guards/harness');

const HEAD = `import { suite } from 'uvu';\nimport * as assert from 'uvu/assert';\nconst test = suite('toy');\n`;

const TOYS: Record<string, string> = {
  'pass.test.ts': `${HEAD}test('one', () => {});\ntest('two', async () => {});\ntest.skip('three', () => {});\ntest.run();`,
  'fail.test.ts': `${HEAD}test('good', () => {});\ntest('bad', () => {\n  assert.is(1, 2, 'one is not two');\n});\ntest.run();`,
  'import.test.ts': `${HEAD}throw new Error('thrown at import');\ntest.run();`,
  'unrun.test.ts': `${HEAD}test('forgotten', () => {});`,
  'rejection.test.ts': `${HEAD}test('careless', () => {\n  Promise.reject(new Error('nobody took it'));\n});\ntest.run();`,
  'empty.test.ts': `${HEAD}test.run();`,
  'hook.test.ts': `${HEAD}test.before(() => {\n  throw new Error('in a hook');\n});\ntest('one', () => {});\ntest.run();`,
  'signal.node.test.ts': `${HEAD}test('dies', () => {\n  process.kill(process.pid, 'SIGKILL');\n  while (true);\n});\ntest.run();`,
  'exit.node.test.ts': `${HEAD}test('leaves', () => process.exit(0));\ntest.run();`,
  'hang.node.test.ts': `${HEAD}test('never settles', () => new Promise(() => {}));\ntest.run();`,
  'late.node.test.ts': `${HEAD}test('one', () => {\n  setTimeout(() => {\n    throw new Error('too late');\n  }, 50);\n});\ntest.run();`,
  'only.node.test.ts': `${HEAD}test.only('one', () => {});\ntest('two', () => {});\ntest.run();`,
  'syntax.node.test.ts': `${HEAD}test('broken', () => {;\ntest.run();`,
};

/** A tree with the test script, compiled. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-toys-')));
for (const name of [
  'scripts/test.ts',
  'scripts/testFiles.ts',
  'scripts/browser.ts',
  'scripts/compile.ts',
  'scripts/cpu.ts',
  'test/browser/page.ts',
  'test/browser/uvu.ts',
  'test/browser/everyRun.ts',
  'test/guards/suites.ts',
]) {
  cpSync(join(root, name), join(folder, name));
}
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
await compileAll(folder);
test.after(() => rmSync(folder, { recursive: true }));

/** Runs the test script in this tree with these test files. */
function runToys(toys: Record<string, string>, environment: Record<string, string>, ...words: string[]) {
  rmSync(join(folder, 'test/toy'), { recursive: true, force: true });
  mkdirSync(join(folder, 'test/toy'));
  for (const [name, text] of Object.entries(toys)) writeFileSync(join(folder, 'test/toy', name), text);
  const command = [compiled('scripts/test.ts', folder), ...words];
  const env = { ...process.env, CI: '', BLOCKSPIN_REQUIRE_BROWSERS: '', ...environment };
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8', env });
  const lines = stdout.trimEnd().split('\n');
  /** The counts and the text shown for one file. */
  const of = (name: string) => {
    const start = lines.findIndex((line) => line.includes(`test/toy/${name}  `));
    const after = lines.slice(start + 1).findIndex((line) => /^[•✘] /.test(line));
    const text = lines.slice(start + 1, after < 0 ? -1 : start + 1 + after).join('\n');
    return { head: lines[start]?.replace(/^(.) \S+/, '$1').replace(/ {2}[\d.]+ s(, [\d.]+ CPU-s)?$/, ''), text };
  };
  return { stdout, stderr, status, closing: lines.at(-1), of };
}

test('in Node', () => {
  const { of, closing, status, stdout } = runToys(TOYS, { CHROMIUM: 'none', CI: 'true' }, '--matrix', 'toy');
  assert.is(of('pass.test.ts').head, '•  2 passed, 1 skipped');
  assert.is(of('fail.test.ts').head, '✘  1 passed, 1 FAILED');
  assert.match(of('fail.test.ts').text, /one is not two[\s\S]*fail\.test\.ts:6:10/);
  assert.is(of('import.test.ts').head, '✘  0 passed, 1 FAILED');
  assert.match(of('import.test.ts').text, 'thrown at import');
  assert.match(of('unrun.test.ts').head, 'FAILED');
  assert.match(of('unrun.test.ts').text, 'suite "test" is never run');
  assert.is(of('rejection.test.ts').head, '✘  1 passed, 1 FAILED');
  assert.match(of('rejection.test.ts').text, 'nobody took it');
  assert.is(of('empty.test.ts').head, '✘  0 passed, 1 FAILED');
  assert.match(of('empty.test.ts').text, 'no tests in this file');
  assert.is(of('hook.test.ts').head, '✘  0 passed, 1 FAILED');
  assert.match(of('hook.test.ts').text, 'a hook threw');
  assert.match(of('signal.node.test.ts').head, 'FAILED');
  assert.match(of('signal.node.test.ts').text, 'killed by SIGKILL');
  assert.match(of('exit.node.test.ts').head, '✘  0 passed, 1 FAILED');
  assert.match(of('exit.node.test.ts').text, 'did not run to their end');
  assert.match(of('hang.node.test.ts').text, 'did not run to their end');
  assert.match(of('late.node.test.ts').text, 'too late');
  assert.match(of('late.node.test.ts').head, 'FAILED');
  assert.match(of('syntax.node.test.ts').text, /syntax\.node\.test\.ts:\d+:\d+: ERROR/);
  assert.is(of('only.node.test.ts').head, '✘  1 passed, 1 FAILED, 1 skipped');
  assert.match(stdout, `skipped: ${CHROMIUM_MISSING} (7 test files)`);
  assert.is(status, 1);
  assert.match(closing!, /^\d+ passed, \d+ failed, 9 skipped$/);
});

test('files that share a process: each has its own failures, also of one that ends the process or leaves something behind', () => {
  const toys = {
    'a.test.ts': `${HEAD}console.log('skipped: said by a');\ntest('one', () => {});\ntest.run();`,
    'b.test.ts': `${HEAD}test('one', () => {});\ntest('leaves', () => process.exit(0));\ntest.run();`,
    'c.test.ts': `${HEAD}test('one', () => {\n  setTimeout(() => {\n    throw new Error('too late');\n  }, 50);\n});\ntest.run();`,
    'd.test.ts': `${HEAD}test('never settles', () => new Promise(() => {}));\ntest.run();`,
    'e.test.ts': `${HEAD}test('one', () => {\n  setInterval(() => {}, 1000);\n});\ntest.run();`,
    'f.test.ts': `${HEAD}test('one', () => {\n  process.exitCode = 3;\n});\ntest.run();`,
  };
  const { of, closing, stdout } = runToys(toys, { CHROMIUM: 'none' }, 'toy');
  assert.is(of('a.test.ts').head, '•  1 passed');
  assert.match(of('a.test.ts').text, /^ {2}skipped: said by a$/m);
  assert.is(stdout.split('said by a').length, 2);
  assert.is(of('b.test.ts').head, '✘  0 passed, 1 FAILED');
  assert.match(of('b.test.ts').text, 'did not run to their end');
  assert.is(of('c.test.ts').head, '✘  1 passed, 1 FAILED');
  assert.match(of('c.test.ts').text, 'too late');
  assert.match(of('d.test.ts').text, 'did not run to their end');
  assert.is(of('e.test.ts').head, '✘  1 passed, 1 FAILED');
  assert.match(of('e.test.ts').text, 'still running 5 s after the tests: Timeout');
  assert.match(of('f.test.ts').text, 'exit code 3');
  assert.match(closing!, /^4 passed, 6 failed$/);
});

test('what passes, and patterns that match nothing', () => {
  const good = runToys(TOYS, { CHROMIUM: 'none' }, '--matrix', 'toy/pass', 'no-such-test');
  assert.is(good.closing, '2 passed, 0 failed, 2 skipped');
  assert.is(good.status, 0);
  const short = runToys(TOYS, { CHROMIUM: 'none' }, 'toy/pass');
  assert.match(short.stdout, /\nleft to npm run matrix: 1 of 1 portable files in Chromium/);
  assert.is(short.closing, '2 passed, 0 failed, 1 skipped');
  const none = runToys(TOYS, { CHROMIUM: 'none' }, 'no-such-test');
  assert.is(none.closing, '0 passed, 1 failed');
  assert.is(none.status, 1);
});

test('Chromium missing or not a program is a failure where it is required', () => {
  const missing = runToys(TOYS, { CHROMIUM: 'none', BLOCKSPIN_REQUIRE_BROWSERS: '1' }, '--matrix', 'toy/pass');
  assert.match(missing.stdout, CHROMIUM_MISSING);
  assert.is(missing.closing, '2 passed, 1 failed, 1 skipped');
  assert.is(missing.status, 1);
  const wrong = runToys(TOYS, { CHROMIUM: '/no/such/program' }, '--matrix', 'toy/pass');
  assert.match(wrong.stdout, 'CHROMIUM=/no/such/program is not a program');
  assert.is(wrong.closing, '2 passed, 1 failed, 1 skipped');
  const mute = runToys(TOYS, { CHROMIUM: '/bin/false' }, '--matrix', 'toy/pass');
  assert.match(mute.stdout, 'Chromium ended before the pages did (exit code 1)');
  assert.is(mute.closing, '2 passed, 1 failed, 1 skipped');
});

test('Firefox is found by the same rule', () => {
  const before = { ...process.env };
  try {
    Object.assign(process.env, { FIREFOX: 'none', BLOCKSPIN_REQUIRE_BROWSERS: '' });
    assert.is(findFirefox(), undefined);
    process.env.BLOCKSPIN_REQUIRE_BROWSERS = '1';
    assert.throws(findFirefox, ({ message }: Error) => message === FIREFOX_MISSING);
    process.env.FIREFOX = '/no/such/program';
    assert.throws(findFirefox, /FIREFOX=.no.such.program is not a program/);
    process.env.FIREFOX = process.execPath;
    assert.is(findFirefox(), process.execPath);
  } finally {
    for (const name of ['FIREFOX', 'BLOCKSPIN_REQUIRE_BROWSERS']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

const chromium = findChromium();
if (chromium === undefined) console.log(`skipped: ${CHROMIUM_MISSING}`);

(chromium === undefined ? test.skip : test)('in Chromium', () => {
  const portable = Object.fromEntries(Object.entries(TOYS).filter(([name]) => !name.includes('.node.')));
  const { stdout, status } = runToys(portable, {}, '--matrix', 'toy');
  const lines = stdout.trimEnd().split('\n');
  const of = (name: string) => {
    const start = lines.indexOf(lines.find((line) => line.includes(`test/toy/${name} (Chromium)`))!);
    const after = lines.slice(start + 1).findIndex((line) => /^[•✘] /.test(line));
    return lines.slice(start, after < 0 ? -1 : start + 1 + after).join('\n');
  };
  assert.is(of('pass.test.ts'), '• test/toy/pass.test.ts (Chromium)  2 passed, 1 skipped');
  assert.match(of('fail.test.ts'), '1 passed, 1 FAILED');
  assert.match(of('fail.test.ts'), /one is not two[\s\S]*test\/toy\/fail\.test\.ts:6:10/);
  assert.match(of('import.test.ts'), /0 passed, 1 FAILED[\s\S]*thrown at import[\s\S]*test\/toy\/import\.test\.ts:4/);
  assert.match(of('unrun.test.ts'), /0 passed, 1 FAILED[\s\S]*suite "toy" is never run/);
  assert.match(of('rejection.test.ts'), /1 passed, 1 FAILED[\s\S]*unhandled rejection: Error: nobody took it/);
  assert.match(of('empty.test.ts'), /0 passed, 1 FAILED[\s\S]*no tests in this file/);
  assert.match(of('hook.test.ts'), /0 passed, 1 FAILED[\s\S]*a hook threw/);
  assert.is(status, 1);
});

(chromium === undefined ? test.skip : test)('code for Node in a portable test is refused, and named', () => {
  const toys = {
    'disk.test.ts': `import { readFileSync } from 'node:fs';\n${HEAD}test('one', () => readFileSync);\ntest.run();`,
  };
  const { stdout, closing } = runToys(toys, {}, '--matrix', 'toy');
  assert.match(stdout, /test\/toy\/disk\.test\.ts:1:29: ERROR: [^\n]*"node:fs" imported by code for browsers/);
  assert.is(closing, '1 passed, 1 failed');
});

test.run();
