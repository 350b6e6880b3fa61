// The guide of the queue is typed here as a reader would.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { openRig } from '../rig.ts';

const GUIDE = readFileSync(resolve(import.meta.dirname, '../../docs/guides/queue.md'), 'utf8');

/** Names are given by chance, times are what they are. */
function shape(text: string): string {
  return text
    .replace(/^( *✔? *)[a-z]+-[a-z]+ +/gm, '$1NAME ')
    .replace(/[0-9.]+ s/g, 'TIME')
    .replace(/ +/g, ' ');
}

it('shows what happens', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': `stages:
  train:
    cmd: echo "{\\"trees\\":\${train.trees}}" > metrics.json
    params: [train]
    metrics: [metrics.json]
`,
    'params.yaml': 'train: {trees: 10, depth: 1}\n',
  });
  await rig.commit('first');
  const typed = [...GUIDE.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.split(/^\$ /m).slice(1),
  );
  expect(typed.length).toBeGreaterThan(5);
  let name = '';
  for (const each of typed) {
    const [command, ...shown] = each.trimEnd().split('\n');
    const words = command!.replace('keen-linnet', name).split(' ').slice(1);
    const ended = await rig.mlops(...words);
    expect(ended.exit, `${command}\n${ended.stderr}`).toBe(0);
    name ||= ended.stdout.split(' ')[0]!;
    const said = shape(ended.stdout + ended.stderr);
    for (const line of shown.filter((one) => one !== '…')) expect(said, command).toContain(shape(line));
  }
});
