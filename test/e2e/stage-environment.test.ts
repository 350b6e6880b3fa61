// What a stage finds in its environment, and that what makes one the CI job stays with mlops.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const BEARER = 'bearer-of-this-job-4711';
const PASSWORD = 'hunter2-hunter2';
const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
  ACTIONS_ID_TOKEN_REQUEST_URL: `https://host.example.org/token?${BEARER}`,
  ACTIONS_RUNTIME_TOKEN: BEARER,
  MLOPS_CI_TOKEN: BEARER,
  MLOPS_ID_TOKEN: BEARER,
  DB_PASSWORD: PASSWORD,
  PLAIN: 'plain',
};

function pipeline(cmd: string, secrets = ''): string {
  return `stages:\n  a:\n    cmd: ${cmd}\n    deps: [in.txt]\n    outs: [out.txt]\n${secrets}`;
}

/** Every file below, as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');
}

describe('a stage of a CI job', () => {
  it.runIf(process.platform === 'linux')(
    'is not handed what makes one the job: not in its environment, nor in any argument',
    async () => {
      const rig = await openRig();
      const stage = rig.command('a');
      rig.write({ 'pipeline.yaml': pipeline(stage.cmd), 'in.txt': 'x' });
      const run = rig.startWith({ env: JOB }, 'repro');
      const call = await stage.nextCall();
      expect(Object.keys(call.env).filter((name) => /TOKEN/.test(name))).toEqual([]);
      expect(call.env).toMatchObject({ PLAIN: 'plain', MLOPS_STAGE: 'a' });
      expect(readFileSync(`/proc/${call.pid}/environ`, 'latin1')).not.toContain(BEARER);
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const line = (): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        expect(orEmpty(line)).not.toContain(BEARER);
      }
      await call.write('out.txt', 'y');
      await call.exit(0);
      expectExit(await run.done, 0);
    },
  );

  it('is handed what its secrets name, which nobody sees in its output', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': pipeline(
        'echo "token $MLOPS_ID_TOKEN, password $DB_PASSWORD" && printenv MLOPS_ID_TOKEN | wc -c > out.txt',
        '    secrets: [MLOPS_ID_TOKEN]\n',
      ),
      'in.txt': 'x',
    });
    const ended = expectExit(await rig.mlopsWith({ env: JOB }, 'repro', '--json'), 0);
    expect(rig.read('out.txt').trim()).toBe(String(BEARER.length + 1));
    expect(words(ended)).toContain('token ***, password ***');
    expect(words(await rig.mlops('logs', 'a'))).toContain('token ***, password ***');
    const kept = everything(join(rig.path, '.git')) + rig.read('pipeline.lock');
    for (const value of [BEARER, PASSWORD]) {
      expect(words(ended)).not.toContain(value);
      expect(kept).not.toContain(value);
    }
  });

  it('is handed by `mlops ci run` nothing that speaks to the host, and its report holds none of it', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': pipeline(
        'env > out.txt && echo "I have $HF_TOKEN and $GITHUB_TOKEN."',
        '    secrets: [HF_TOKEN]\n',
      ),
      'in.txt': 'x',
    });
    await rig.commit('pipeline');
    const env = { ...JOB, GITHUB_TOKEN: BEARER, GITLAB_TOKEN: BEARER, HF_TOKEN: PASSWORD };
    const ended = await rig.mlopsWith({ env }, 'ci', 'run', '--event', 'push', '--out', rig.beside('report'));
    expectExit(ended, 0);
    expect(rig.read('out.txt')).toContain(`HF_TOKEN=${PASSWORD}`);
    expect(rig.read('out.txt')).not.toContain(BEARER);
    expect(words(await rig.mlops('logs', 'a'))).toContain('I have *** and .');
    const told = words(ended) + everything(rig.beside('report'));
    for (const value of [BEARER, PASSWORD]) expect(told).not.toContain(value);
  });

  it('keeps out of a module and a check too what it keeps out of a command', async () => {
    const rig = await openRig();
    rig.write({
      'pipeline.yaml': 'stages:\n  a:\n    check: {uses: ./look.mjs, data: in.csv}\n',
      'in.csv': 'x\n1\n',
      'look.mjs':
        "export default async (batches) => {\n  for await (const _ of batches);\n  console.log('tokens:', Object.keys(process.env).filter((name) => /TOKEN/.test(name)).join() || 'none');\n  return [];\n};\n",
    });
    const ended = await rig.mlopsWith({ env: JOB }, 'repro');
    expectExit(ended, 0);
    expect(words(await rig.mlops('logs', 'a'))).toContain('tokens: none');
  });
});

/** A process may have ended. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
