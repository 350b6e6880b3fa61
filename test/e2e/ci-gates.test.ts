// Gates of change, judged against where a pull request left its base: in a clone such as CI hosts make.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit } from './story.ts';

const PIPELINE = {
  stages: {
    guess: { cmd: 'node guess.mjs', deps: ['guess.mjs'], outs: ['guesses.csv'] },
    judge: {
      evaluate: {
        predictions: { path: 'guesses.csv', key: 'row', scores: 'p' },
        data: 'rows.csv',
        target: 'y',
        positive: 1,
        gates: { accuracy: { max_worse_abs: 0.05 } },
      },
    },
  },
};

const ROWS = 40;

/** Scores of which the first `wrong` are. */
function guess(wrong: number): string {
  return `import { writeFileSync } from 'node:fs';
const lines = Array.from({ length: ${ROWS} }, (_, row) => row + ',' + ((row % 2 === 1) !== (row < ${wrong}) ? 0.9 : 0.1));
writeFileSync('guesses.csv', ['row,p', ...lines].join('\\n') + '\\n');
`;
}

async function commitResult(rig: Rig, wrong: number): Promise<string> {
  rig.write({ 'guess.mjs': guess(wrong) });
  await rig.mlops('repro');
  return rig.commit(`${wrong} wrong`);
}

/** main was good; topic got worse in its first commit, and stays so in its second. */
async function openPull(): Promise<{ rig: Rig; base: string; head: string }> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': PIPELINE,
    'rows.csv': ['row,y', ...Array.from({ length: ROWS }, (_, row) => `${row},${row % 2}`), ''].join('\n'),
  });
  const base = await commitResult(rig, 0);
  await rig.git('checkout', '-qb', 'topic');
  await commitResult(rig, 8);
  const head = await commitResult(rig, 9);
  return { rig, base, head };
}

/** A detached head, history cut behind it, no local branch, and no origin/HEAD. */
async function checkOut(rig: Rig, commit: string, depth: string): Promise<Rig> {
  const clone = await rig.clone(`clone-${depth}`);
  await clone.git('checkout', '-q', '--detach', commit);
  await clone.run('rm', '-rf', '.git', '.rig');
  await clone.git('init', '-q', '-b', 'none');
  clone.prepare();
  await clone.git('remote', 'add', 'origin', `file://${rig.path}`);
  await clone.git('fetch', '-q', '--no-tags', `--depth=${depth}`, 'origin', commit);
  await clone.git('reset', '-q', '--hard', commit);
  return clone;
}

function envOf(rig: Rig, head: string, base: string): { [name: string]: string } {
  const file = rig.beside('event');
  const repo = { full_name: 'octo/rides' };
  const pull = { number: 7, head: { sha: head, ref: 'topic', repo }, base: { sha: base, ref: 'main', repo } };
  writeFileSync(file, JSON.stringify({ pull_request: pull }));
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: file,
    GITHUB_REPOSITORY: 'octo/rides',
  };
}

describe('gates of a pull request', () => {
  it('are judged against where it left its base, in a clone of one commit', async () => {
    const { rig, base, head } = await openPull();
    const clone = await checkOut(rig, head, '1');
    const env = envOf(clone, head, base);
    expectExit(await clone.mlopsWith({ env }, 'ci', 'run'), 3);
    const { view } = JSON.parse(clone.read('mlops-report/ci.json'));
    expect(view.against).toEqual({ name: 'main', commit: base });
    const judge = view.stages.find(({ stage }: { stage: string }) => stage === 'judge');
    expect(judge.gates).toMatchObject({
      passed: false,
      result: { baseline: { from: 'merge-base', commit: base, same_data: true } },
      broken: [{ text: expect.stringContaining(`baseline ${base.slice(0, 7)}`) }],
    });
  });

  it('would have passed against the commit before, which is why that is not asked', async () => {
    const { rig, base, head } = await openPull();
    expectExit(await rig.mlopsWith({ env: { MLOPS_BASELINE: `${head}^` } }, 'gates'), 0);
    expectExit(await rig.mlopsWith({ env: { MLOPS_BASELINE: base } }, 'gates'), 3);
    // A branch in a whole clone finds the same by itself.
    expectExit(await rig.mlops('gates'), 3);
    expectExit(await rig.mlopsWith({ env: { MLOPS_BASELINE: 'nowhere' } }, 'gates'), 4);
  });

  it('fail where the baseline cannot be had: none passes for want of one', async () => {
    const { rig, base, head } = await openPull();
    const clone = await checkOut(rig, head, '1');
    await clone.git('remote', 'set-url', 'origin', `file://${rig.beside('gone')}`);
    const env = envOf(clone, head, base);
    expectExit(await clone.mlopsWith({ env }, 'ci', 'run'), 4);
    const comment = clone.read('mlops-report/comment.md');
    expect(comment).toContain('fetch-depth: 0');
  });
});
