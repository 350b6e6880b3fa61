// The guide of experiments is typed here as a reader would, from the demo to the clearing away.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/guides/experiments.md'), 'utf8');

/** Ids and figures differ from one commit and one machine to the next. */
function shape(text: string): string {
  return text
    .replace(/\b(?=[a-f]*[0-9])[0-9a-f]{7,40}\b/g, 'ID')
    .replace(/[0-9][0-9.,]*( min| ms| [smk]B?\b| B\b)?/g, 'N')
    .replace(/ +/g, ' ');
}

/** Commands, with the lines that the guide shows below each. */
function typed(): { readonly command: string; readonly shown: readonly string[] }[] {
  return [...GUIDE.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .split(/^\$ /m)
      .slice(1)
      .map((each) => {
        const [command, ...shown] = each.trimEnd().split('\n');
        return { command: command!, shown: shown.filter((line) => line !== '…') };
      }),
  );
}

function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => (single ?? double ?? plain)!,
  );
}

it('shows what happens', async () => {
  const rig = await openRig();
  const folder = join(rig.path, 'weather');
  /** Of the guide → given by chance. */
  const names = new Map<string, string>();
  const real = (text: string): string =>
    [...names].reduce((all, [name, given]) => all.replaceAll(name, given), text);
  const commands = typed();
  expect(commands.length).toBeGreaterThan(15);
  for (const { command, shown } of commands) {
    const parts = real(command)
      .split(/ && (?=cd )/)
      .filter((part) => !part.startsWith('cd '));
    let said = '';
    for (const part of parts) {
      const [program, ...words] = wordsOf(part);
      const inside = words[0] === 'demo' ? [] : ['-C', folder];
      const ended =
        program === 'mlops'
          ? await rig.mlops(...inside, ...words)
          : await rig.run('git', ...inside, ...words);
      expect(ended.exit, `${part}\n${ended.stderr}`).toBe(command.includes('&& trees') ? 2 : 0);
      said += ended.stdout + ended.stderr;
    }
    if (command.includes('--queue')) {
      const given = said.split('\n').map((line) => line.split(' ')[0]!);
      for (const [at, line] of shown.slice(0, 6).entries()) names.set(line.split(' ')[0]!, given[at]!);
    }
    for (const line of shown) expect(shape(said), command).toContain(shape(real(line)));
  }
}, 180_000);
