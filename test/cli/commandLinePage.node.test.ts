/**
 * docs/guide/command-line.md has the help of every command and the outputs of its examples. `UPDATE_SNAPSHOTS=1` writes them
 * into the page. A block of the page follows a comment:
 *   <!-- help WORDS -->   the command's help, without the exit codes; `run NAME parameters` and `run NAME options` are parts
 *                         of it, and `exit codes` what all have in common
 *   <!-- example -->      begins with `$ npx blockspin WORDS`, which is run, in a folder that all examples share
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { folder, here, removeFolders } from './command.js';

const test = suite('cli/commandLinePage');

const path = fileURLToPath(new URL('../../docs/guide/command-line.md', import.meta.url));
const MARK = /^<!-- (help|example)(?: ([\w -]+))? -->$/;
const COMMAND = '$ npx blockspin ';

/** A block of the page: lines [first, end) are its text. */
interface Block {
  kind: string;
  words: string;
  first: number;
  end: number;
  text: string;
}

function blocksOf(page: string): Block[] {
  const lines = page.split('\n');
  return lines.flatMap((line, k): Block[] => {
    const [, kind, words = ''] = MARK.exec(line) ?? [];
    if (kind === undefined) return [];
    const end = lines.indexOf('```', k + 2);
    assert.ok(/^```\w+$/.test(lines[k + 1] ?? '') && end > 0, `line ${k + 1}: no block follows`);
    return [{ kind, words, first: k + 2, end, text: lines.slice(k + 2, end).join('\n') }];
  });
}

/** What a command says on stdout. */
async function said(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await here(words);
  assert.is(code, 0, `${words.join(' ')}: ${stderr}`);
  return stdout.trimEnd();
}

const EXIT_CODES = '\n\nExit codes\n';

/** The text of a help block. */
async function helpOf(words: string): Promise<string> {
  if (words === 'exit codes') {
    const [, codes] = (await said('sample', '--help')).split(EXIT_CODES);
    return codes;
  }
  const run = /^run ([\w-]+) (parameters|options)$/.exec(words);
  const [help] = (await said(...(run ? ['run', run[1]] : words.split(' ')), '--help')).split(EXIT_CODES);
  if (run === null) return help;
  const [before, options] = help.split('\n\nOptions\n');
  const [head, parameters] = before.split('\n\nPresets (--preset)\n');
  const [, usage] = head.split('\n\nUsage\n');
  const question = head.split('\n')[1];
  return run[2] === 'options'
    ? `Usage\n${usage}\n\nOptions\n${options}`
    : `${question}\n\nPresets (--preset)\n${parameters}`;
}

/** The words of a command line without quotes. */
async function exampleOf({ text }: Block): Promise<string> {
  const [line] = text.split('\n');
  assert.ok(line.startsWith(COMMAND), `an example begins with "${COMMAND}", got ${line}`);
  const output = await said(...line.slice(COMMAND.length).split(' '));
  return output === '' ? line : `${line}\n${output}`;
}

const start = process.cwd();
test.before(() => process.chdir(folder()));
test.after(() => {
  process.chdir(start);
  removeFolders();
});

test('the page has the help of all commands, and what its examples print', async () => {
  const page = readFileSync(path, 'utf8');
  const texts: string[] = [];
  for (const block of blocksOf(page))
    texts.push(block.kind === 'help' ? await helpOf(block.words) : await exampleOf(block));
  if (process.env.UPDATE_SNAPSHOTS === '1') {
    const lines = page.split('\n');
    for (const [k, { first, end }] of [...blocksOf(page).entries()].reverse())
      lines.splice(first, end - first, texts[k]);
    writeFileSync(path, lines.join('\n'));
  }
  for (const [k, { kind, words, first, text }] of blocksOf(readFileSync(path, 'utf8')).entries()) {
    const advice = `line ${first}, ${kind} ${words}: UPDATE_SNAPSHOTS=1 npx tsx test/cli/commandLinePage.node.test.ts`;
    assert.is(text, texts[k], advice);
  }
});

test('every command has a section with its help, and every experiment its parameters', async () => {
  const page = readFileSync(path, 'utf8');
  const { stderr } = await here(['nonsense']);
  const commands = /expected (.+), got "nonsense"/.exec(stderr)![1].split(', ');
  assert.ok(commands.length > 12);
  const helps = blocksOf(page).map(({ words }) => words);
  for (const command of commands) {
    assert.match(page, new RegExp(`^## ${command}$`, 'm'));
    const own = helps.some((words) => words === command || words.startsWith(`${command} `));
    assert.ok(own || command === 'list', `no help of ${command}`);
  }
  const experiments = (await said('list')).split('\n').map((line) => line.trim().split(' ')[0]);
  for (const name of experiments) assert.ok(helps.includes(`run ${name} parameters`), `no parameters of ${name}`);
});

test.run();
