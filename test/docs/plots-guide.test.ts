// The guide's files and commands, as they stand there, print what it says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { expectExit } from '../e2e/story.ts';
import { openRig } from '../rig.ts';

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/guides/plots.md'), 'utf8');

function blocks(language: string): string[] {
  return [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text!,
  );
}

it('has a guide to plots whose commands print what it says', { timeout: 60_000 }, async () => {
  const rig = await openRig();
  const [program, params, pipeline] = ['js', 'json', 'yaml'].map((language) => blocks(language)[0]!);
  rig.write({ 'train.mjs': program!, 'params.yaml': params!, 'pipeline.yaml': pipeline! });
  let typed = 0;
  for (const block of blocks('console'))
    for (const [, command, said] of block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
      typed++;
      const [name, ...args] = command!
        .match(/"[^"]*"|'[^']*'|\S+/g)!
        .map((word) => word.replace(/^["']|["']$/g, ''));
      const ended = name === 'mlops' ? await rig.mlops(...args) : await rig.run('sh', '-c', command!);
      expectExit(ended, 0);
      // How long stages took differs.
      if (args[0] !== 'repro') expect(ended.stdout, command).toBe(said);
    }
  expect(typed).toBeGreaterThan(6);
});
