// The guide's first check, as it stands there, finds what it says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { expectExit, words } from '../e2e/story.ts';
import { openRig } from '../rig.ts';

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/guides/checks.md'), 'utf8');
const first = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(GUIDE)![1]!;

it('has a guide to checks whose example refuses a negative amount', async () => {
  const rig = await openRig();
  rig.write({ 'amounts.mjs': first('js'), 'pipeline.yaml': first('yaml'), 'raw.csv': first('csv') });
  const refused = words(expectExit(await rig.mlops('repro'), 3));
  expect(refused).toContain('amount: 1 of its values are under 0 or over 1000, the first in row 1');
  expect(refused).toMatch(/total\s+blocked|blocked.*total/);
  expect(expectExit(await rig.mlops('metrics', 'show'), 0).stdout).toContain('failed');
  expectExit(await rig.mlops('gates'), 3);
  expect(rig.read('reports/amounts@clean.html')).toContain('1 finding failed: amount: 1 of its values');
  rig.write({ 'raw.csv': first('csv').replace('-5', '5') });
  expectExit(await rig.mlops('repro'), 0);
  expect(rig.read('total.txt').trim()).toBe('325');
  expect(rig.read('reports/amounts@clean.html')).toContain('Nothing speaks against it.');
});
