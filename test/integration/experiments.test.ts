// The story of experiments from end to end: a sweep of 24 in two slots, a worker that is killed, the best one applied,
// committed and pushed; a colleague brings the experiment by Git and its model out of MinIO.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectExit } from '../e2e/story.ts';
import { type Ended, openRig, type Rig } from '../rig.ts';
import {
  createBucket,
  findProgram,
  howToGet,
  MINIO,
  PROGRAM_ENV,
  type RunningS3,
  startProgram,
} from './s3-programs.ts';

const program = findProgram(MINIO);
if (!program) console.warn(howToGet(MINIO));

/** The model is large enough for a remote to matter; accuracy is best at lr 0.1, depth 8 and 300 trees. */
const TRAIN = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const [lr, depth, trees] = process.argv.slice(2).map(Number);
appendFileSync(process.env.TRACE, \`\${lr} \${depth} \${trees}\\n\`);
await new Promise((resolve) => setTimeout(resolve, 150));
const accuracy = 0.95 - Math.abs(Math.log10(lr) + 1) / 10 - (8 - depth) / 50 - (300 - trees) / 5000;
mkdirSync('models', { recursive: true });
writeFileSync('models/model.bin', \`\${lr} \${depth} \${trees}\\n\`.repeat(200_000));
writeFileSync('metrics.json', JSON.stringify({ accuracy }) + '\\n');
`;

const PIPELINE = `
stages:
  train:
    cmd: node train.mjs \${train.lr} \${train.depth} \${train.trees}
    deps: [train.mjs]
    params: [train]
    outs: [models/model.bin]
    metrics: [metrics.json]
`;

interface Shown {
  readonly rows: readonly {
    readonly name: string;
    readonly state: string;
    readonly params: { readonly [file: string]: { readonly [key: string]: number } };
  }[];
}

describe.skipIf(!program)('experiments, with MinIO and a bare Git repository', () => {
  let server: RunningS3;
  beforeAll(async () => {
    server = await startProgram(MINIO, program!);
    await createBucket(server, 'bucket');
  });
  afterAll(() => server.stop());

  it('are swept, survive a killed worker, and reach a colleague', async () => {
    const rig = await openRig();
    const trace = rig.beside('trace');
    const env = { ...PROGRAM_ENV, TRACE: trace };
    const mlops = async (who: Rig, ...args: string[]): Promise<Ended> =>
      expectExit(await who.mlopsWith({ env }, ...args), 0);
    const tried = (): string[] => (existsSync(trace) ? readFileSync(trace, 'utf8').trim().split('\n') : []);

    rig.write({
      'train.mjs': TRAIN,
      'pipeline.yaml': PIPELINE,
      'params.yaml': 'train:\n  lr: 0.01 # learning rate\n  depth: 2\n  trees: 100\n',
    });
    await mlops(rig, 'init');
    await mlops(rig, 'remote', 'add', '-d', 'minio', 's3://bucket/team', '--endpoint', server.url);
    await mlops(rig, 'repro');
    await rig.commit('first model');
    await rig.git('init', '-q', '--bare', '-b', 'main', rig.beside('hub'));
    await rig.git('remote', 'add', 'origin', rig.beside('hub'));

    const sweep = ['train.lr=0.001,0.01,0.1,1', 'train.depth=range(2,9,3)', 'train.trees=100,300'];
    await mlops(rig, 'exp', 'run', '--queue', ...sweep.flatMap((each) => ['-S', each]));
    const worker = rig.startWith({ env }, 'exp', 'run', '--all', '-j', '2');
    await worker.says(/(✔ [^\n]*\n[^✔]*){5}/);
    expect((await worker.kill('SIGKILL')).exit).toBe(137);
    expect((await rig.git('for-each-ref', 'refs/mlops/queue')).trim().split('\n').length).toBeGreaterThan(10);
    await mlops(rig, 'exp', 'run', '--all', '-j', '2');

    // Nothing was lost; what had ended did not run again: two at most were in the middle.
    const distinct = new Set(tried());
    expect(distinct.size).toBe(24);
    expect(tried().length).toBeLessThanOrEqual(1 + 24 + 2);
    expect(await rig.git('for-each-ref', 'refs/mlops/queue')).toBe('');
    expect((await rig.git('worktree', 'list')).trim().split('\n')).toHaveLength(1);

    const shown = JSON.parse(
      (await mlops(rig, 'exp', 'show', '--sort', 'accuracy', '--json')).stdout,
    ) as Shown;
    const done = shown.rows.filter(({ state }) => state === 'done');
    expect(done).toHaveLength(24);
    const best = done[0]!;
    expect(best.params['params.yaml']).toEqual({ 'train.lr': 0.1, 'train.depth': 8, 'train.trees': 300 });

    await mlops(rig, 'exp', 'apply', best.name);
    expect(rig.read('params.yaml')).toBe('train:\n  lr: 0.1 # learning rate\n  depth: 8\n  trees: 300\n');
    await rig.commit('the best of 24');
    await rig.git('push', '-q', 'origin', 'main');
    await mlops(rig, 'push');
    await mlops(rig, 'exp', 'push', 'origin', best.name);

    const colleague = await rig.clone('colleague');
    await colleague.git('remote', 'set-url', 'origin', rig.beside('hub'));
    const before = tried().length;
    await mlops(colleague, 'exp', 'pull', 'origin');
    expect((await mlops(colleague, 'exp', 'list')).stdout).toContain(best.name);
    await mlops(colleague, 'repro', '--pull');
    expect(colleague.read('models/model.bin')).toBe(rig.read('models/model.bin'));
    await colleague.git('switch', '-q', '-c', 'mine', 'HEAD~1');
    await mlops(colleague, 'exp', 'apply', best.name);
    expect(colleague.read('models/model.bin').startsWith('0.1 8 300\n')).toBe(true);
    expect(tried()).toHaveLength(before);
  });
});
