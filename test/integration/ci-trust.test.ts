// What docs/ci/security.md promises, on a real server: jobs take a role by their token, pull requests write what their
// policy says and nothing else, and forks read what everybody may.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { textBody } from '../../src/remote/body.ts';
import { s3Remote } from '../../src/remote/s3.ts';
import { expectExit, words } from '../e2e/story.ts';
import { openRig, type Rig } from '../rig.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import {
  addPolicy,
  type Policy,
  policyOfJobs,
  roleArn,
  roleSettings,
  setBucketPolicy,
} from './minio-admin.ts';
import {
  createBucket,
  findProgram,
  howToGet,
  MINIO,
  PROGRAM_KEYS,
  type RunningS3,
  startProgram,
} from './s3-programs.ts';

const PULL = 'repo:team/model:pull_request';
const MAIN = 'repo:team/model:ref:refs/heads/main';
const AUDIENCE = 'sts.amazonaws.com';
const BUCKET = 'team-models';
const URL_OF_REMOTE = `s3://${BUCKET}/project`;

const PIPELINE = {
  'pipeline.yaml': `data:
  raw.txt: {}
stages:
  train:
    cmd: cat raw.txt in.txt > model.txt
    deps: [raw.txt, in.txt]
    outs: [model.txt]
`,
  'raw.txt': 'raw ',
  'in.txt': 'one\n',
};

/** The JSON block below `<!-- policy: name -->`. */
function documented(name: string): Policy {
  const text = readFileSync(join(import.meta.dirname, '../../docs/ci/security.md'), 'utf8');
  const block = new RegExp(`<!-- policy: ${name} -->\\n\`\`\`json\\n(.*?)\`\`\``, 's').exec(text)?.[1];
  return JSON.parse(block!) as Policy;
}

const file = findProgram(MINIO);
if (!file) console.warn(howToGet(MINIO));

describe.skipIf(!file)('with MinIO', () => {
  let issuer: Issuer;
  let server: RunningS3;
  let admin: S3Client;
  const role = roleArn(AUDIENCE);

  beforeAll(async () => {
    issuer = await startIssuer();
    server = await startProgram(MINIO, file!, roleSettings(issuer, 'models', AUDIENCE));
    admin = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: PROGRAM_KEYS,
    });
    await createBucket(server, BUCKET);
    await addPolicy(
      server,
      'models',
      policyOfJobs({ [PULL]: documented('pull'), [MAIN]: documented('main') }),
    );
  });
  afterAll(async () => {
    admin.destroy();
    await server.stop();
    await issuer.close();
  });
  beforeEach(() => {
    issuer.asked.length = 0;
  });
  afterEach(async () => {
    for (const name of await names())
      await admin.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: name }));
  });

  async function names(below = ''): Promise<string[]> {
    const { Contents = [] } = await admin.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: below }));
    return Contents.map(({ Key }) => Key!);
  }

  const runsOf = async (scope: string): Promise<number> => (await names(`project/v1/runs/${scope}/`)).length;

  function job(sub: string, scope: string, more: { readonly [name: string]: string } = {}) {
    issuer.sub = sub;
    return { env: { ...issuer.env, AWS_ROLE_ARN: role, MLOPS_SCOPE: scope, ...more } };
  }

  async function project(): Promise<Rig> {
    const rig = await openRig();
    rig.write(PIPELINE);
    expectExit(await rig.mlops('remote', 'add', '-d', 'origin', URL_OF_REMOTE, '--endpoint', server.url), 0);
    expectExit(await rig.mlops('add', 'raw.txt'), 0);
    await rig.commit('pipeline');
    return rig;
  }

  /** A job on main ran and pushed. */
  async function published(): Promise<Rig> {
    const rig = await project();
    expectExit(await rig.mlopsWith(job(MAIN, 'main'), 'repro'), 0);
    expectExit(await rig.mlopsWith(job(MAIN, 'main'), 'push'), 0);
    await rig.commit('model');
    return rig;
  }

  describe('a job without keys', () => {
    it('takes its role by the token that it asks for, and pushes', async () => {
      await published();
      expect(await runsOf('main')).toBe(1);
      expect(new Set(issuer.asked)).toEqual(new Set([AUDIENCE]));
    });

    it('may have its token in a variable, or in a file', async () => {
      issuer.sub = MAIN;
      const given = { AWS_ROLE_ARN: role };
      const rig = await project();
      expectExit(
        await rig.mlopsWith({ env: { ...given, MLOPS_ID_TOKEN: issuer.token(AUDIENCE) } }, 'push'),
        0,
      );
      rig.write({ '.rig/token': `${issuer.token(AUDIENCE)}\n` });
      const AWS_WEB_IDENTITY_TOKEN_FILE = join(rig.path, '.rig/token');
      expectExit(await rig.mlopsWith({ env: { ...given, AWS_WEB_IDENTITY_TOKEN_FILE } }, 'push'), 0);
      expect(issuer.asked).toEqual([]);
    });

    it('asks for no role where there are keys', async () => {
      const rig = await project();
      const keys = {
        AWS_ACCESS_KEY_ID: PROGRAM_KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: PROGRAM_KEYS.secretAccessKey,
      };
      expectExit(await rig.mlopsWith(job('repo:evil/model:pull_request', 'main', keys), 'push'), 0);
      expect(issuer.asked).toEqual([]);
    });

    it('takes the role that the remote names, for the audience that it names', async () => {
      const rig = await project();
      issuer.sub = MAIN;
      expectExit(await rig.mlops('remote', 'modify', 'origin', 'role', role), 0);
      expectExit(await rig.mlopsWith({ env: issuer.env }, 'push'), 0);
      expectExit(await rig.mlops('remote', 'modify', 'origin', 'audience', 'somebody-else'), 0);
      const ended = expectExit(await rig.mlopsWith({ env: issuer.env }, 'push'), 6);
      expect(words(ended)).toContain(`was not given the role ${role}`);
      expect(words(ended)).toContain(`sub "${MAIN}", aud "somebody-else"`);
      expect(issuer.asked).toContain('somebody-else');
    });

    it('says what is missing where it may not ask for a token, and where the token is old', async () => {
      const rig = await project();
      const silent = await rig.mlopsWith(
        { env: { GITHUB_ACTIONS: 'true', AWS_ROLE_ARN: role, AWS_EC2_METADATA_DISABLED: 'true' } },
        'push',
      );
      expect(words(expectExit(silent, 6))).toContain('id-token: write');
      const old = await rig.mlopsWith(
        { env: { AWS_ROLE_ARN: role, MLOPS_ID_TOKEN: issuer.token(AUDIENCE, -60) } },
        'push',
      );
      expect(words(expectExit(old, 6))).toContain('was not given the role');
      const wrong = await rig.mlopsWith(
        job(MAIN, 'main', { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-another-job' }),
        'push',
      );
      expect(words(expectExit(wrong, 6))).toContain('GitHub gave this job no token (401)');
      for (const { stderr } of [silent, old, wrong]) expect(stderr).not.toMatch(/eyJ|of-another-job/);
    });

    it('is given new keys before the old ones end, by a token of that moment', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const before = { ...process.env };
      onTestFinished(() => {
        vi.useRealTimers();
        process.env = before;
      });
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
        delete process.env[name];
      Object.assign(process.env, job(MAIN, 'main').env);
      const remote = await s3Remote({ url: URL_OF_REMOTE, endpoint: server.url }, { jobs: 2 });
      const start = Date.now();
      await remote.write('objects/a', textBody('a'));
      await remote.write('objects/b', textBody('b'));
      expect(issuer.asked).toHaveLength(1);
      vi.setSystemTime(start + 9 * 60_000);
      await remote.write('objects/c', textBody('c'));
      expect(issuer.asked).toHaveLength(1);
      // Four minutes before they end; what is signed now is still within what the server takes for the same time.
      vi.setSystemTime(start + 11 * 60_000);
      await remote.write('objects/d', textBody('d'));
      // More than once: by this clock the new ones, of the server's, are about to end too.
      expect(issuer.asked.length).toBeGreaterThan(1);
    });

    it('sends its token to no server that only a foreign repository names', async () => {
      const rig = await project();
      const foreign = await rig.clone('foreign');
      foreign.write({
        '.mlops/config.yaml': `remote: o\nremotes: {o: {url: "s3://x/y", endpoint: "${issuer.url}/evil", role: "${role}"}}\n`,
      });
      foreign.write({ 'raw.txt': 'raw ' });
      expectExit(await foreign.mlops('repro'), 0);
      await foreign.commit('result');
      const bytes = join(foreign.path, '.git/mlops/store');
      await foreign.run('rm', '-rf', bytes);
      const ended = await rig.mlopsWith(
        job(MAIN, 'main', { AWS_EC2_METADATA_DISABLED: 'true' }),
        'import',
        `file://${foreign.path}`,
        'model.txt',
        '-o',
        'theirs.txt',
      );
      expect(ended.exit).not.toBe(0);
      expect(issuer.asked).toEqual([]);
    });
  });

  describe('the role of pull requests', () => {
    it('pushes under the scope of the pull request', async () => {
      const rig = await published();
      rig.write({ 'in.txt': 'two\n' });
      expectExit(await rig.mlopsWith(job(PULL, 'pr-7'), 'repro', '--pull'), 0);
      expectExit(await rig.mlopsWith(job(PULL, 'pr-7'), 'push'), 0);
      expect(await runsOf('pr-7')).toBe(1);
      expect(await runsOf('main')).toBe(1);
      const clone = await rig.clone('clone');
      clone.write({ 'in.txt': 'two\n' });
      const again = expectExit(await clone.mlopsWith(job(PULL, 'pr-7'), 'repro', '--pull'), 0);
      expect(words(again)).toMatch(/1 restored/);
    });

    it('cannot push under main, whatever it calls itself', async () => {
      const rig = await published();
      const before = await names();
      rig.write({ 'in.txt': 'evil\n' });
      expectExit(await rig.mlopsWith(job(PULL, 'main'), 'repro'), 0);
      const ended = expectExit(await rig.mlopsWith(job(PULL, 'main'), 'push'), 6);
      expect(words(ended)).toContain('forbidden');
      expect((await names()).filter((name) => !/\/(objects|packs|index)\//.test(name))).toEqual(
        before.filter((name) => !/\/(objects|packs|index)\//.test(name)),
      );
    });

    it('deletes nothing, and touches none of the files by which others find and keep their bytes', async () => {
      await published();
      const before = await names();
      const { env } = job(PULL, 'pr-7');
      const saved = { ...process.env };
      onTestFinished(() => {
        process.env = saved;
      });
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
        delete process.env[name];
      Object.assign(process.env, env);
      const remote = await s3Remote({ url: URL_OF_REMOTE, endpoint: server.url }, { jobs: 2 });
      for (const name of before)
        await expect(remote.remove([name.replace('project/v1/', '')])).rejects.toMatchObject({
          failures: [{ exit: 'remote' }],
        });
      for (const name of [
        'format.json',
        'gc/00000001.json',
        'repos/x.json',
        'runs/main/x.json',
        'runs/x.json',
        'logs/x',
      ])
        await expect(remote.write(name, textBody('evil'))).rejects.toMatchObject({
          failures: [{ exit: 'remote' }],
        });
      await remote.write('runs/pr-7/x.json', textBody('fine'));
      expect(await names()).toEqual([...before, 'project/v1/runs/pr-7/x.json'].sort());
    });

    it('is not that of a job of another repository', async () => {
      const rig = await published();
      const clone = await rig.clone('clone');
      expectExit(await clone.mlopsWith(job('repo:evil/model:pull_request', 'pr-7'), 'fetch'), 6);
      expectExit(await clone.mlopsWith(job(PULL, 'pr-7'), 'fetch'), 0);
    });

    it('pushes on, a day after main did: who uses the remote is known', async () => {
      const rig = await published();
      const [name] = await names('project/v1/repos/');
      const { urls } = { urls: [] };
      await admin.send(
        new PutObjectCommand({
          Bucket: BUCKET,
          Key: name!,
          Body: `{"seen":"2020-01-01T00:00:00.000Z","urls":${JSON.stringify(urls)},"v":1}\n`,
        }),
      );
      rig.write({ 'in.txt': 'two\n' });
      expectExit(await rig.mlopsWith(job(PULL, 'pr-7'), 'repro', '--pull'), 0);
      expectExit(await rig.mlopsWith(job(PULL, 'pr-7'), 'push'), 0);
      expect(await runsOf('pr-7')).toBe(1);
    });
  });

  describe('a fork', () => {
    const fork = { env: { MLOPS_ANONYMOUS: '1', MLOPS_SCOPE: 'pr-7', AWS_EC2_METADATA_DISABLED: 'true' } };

    it('is given what everybody may read', async () => {
      const rig = await published();
      await setBucketPolicy(server, BUCKET, documented('public'));
      const clone = await rig.clone('clone');
      const ended = expectExit(await clone.mlopsWith(fork, 'repro', '--pull'), 0);
      expect(words(ended)).not.toContain('warning');
      expect(clone.read('model.txt')).toBe('raw one\n');
      clone.write({ 'in.txt': 'two\n' });
      expectExit(await clone.mlopsWith(fork, 'repro', '--pull'), 0);
      expect(words(expectExit(await clone.mlopsWith(fork, 'push'), 6))).toContain(
        'forbidden without credentials',
      );
      await setBucketPolicy(server, BUCKET, { Version: '2012-10-17', Statement: [] });
    });

    it('runs what it may not read, and says so once', async () => {
      const rig = await published();
      const clone = await rig.clone('clone');
      clone.write({ 'raw.txt': 'raw ' });
      const ended = expectExit(await clone.mlopsWith(fork, 'repro', '--pull'), 0);
      expect(words(ended).match(/forbidden without credentials/g)).toHaveLength(1);
      expect(clone.read('model.txt')).toBe('raw one\n');
    });

    it('fails for data that nothing makes, and says what to do', async () => {
      const rig = await published();
      const clone = await rig.clone('clone');
      clone.write({ 'in.txt': 'two\n' });
      const ended = expectExit(await clone.mlopsWith(fork, 'repro', '--pull'), 5);
      expect(words(ended)).toContain('raw.txt');
      expect(words(ended)).toContain('somebody who has them');
    });
  });
});
