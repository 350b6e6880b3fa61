// Results travel: what one ran, the others are given. The same story over a folder and over S3.
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRig, type Rig, type RunOptions } from '../rig.ts';
import { type S3Server, startS3, TEST_KEYS } from '../s3-server/server.ts';
import { expectExit, ran, step, TWO_STAGES, words } from './story.ts';

const STORY = {
  ...TWO_STAGES,
  'pipeline.yaml': `data:
  raw: {}
${TWO_STAGES['pipeline.yaml'].replace('deps: [in.txt]', 'deps: [in.txt, raw]')}  judge:
    cmd: ${step('judge', 'mkdir -p report && tr H h < model.txt > report/page.txt && wc -c < model.txt > report/score.txt')}
    deps: [model.txt]
    outs: [report]
`,
  'raw/a.txt': 'a',
  'raw/deep/b.txt': 'bb',
};

interface Place {
  readonly options: RunOptions;
  configure(rig: Rig): Promise<void>;
}

async function inFolder(rig: Rig): Promise<Place> {
  return {
    options: {},
    configure: async (who) => {
      expectExit(await who.mlops('remote', 'add', '-d', 'origin', `file://${rig.beside('remote')}`), 0);
    },
  };
}

async function openS3(): Promise<S3Server> {
  const server = await startS3({ buckets: ['bucket'] });
  onTestFinished(() => server.close());
  return server;
}

const KEYS = { AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey };

async function onS3(): Promise<Place> {
  const server = await openS3();
  return {
    options: { env: KEYS },
    configure: async (who) => {
      const added = await who.mlops(
        'remote',
        'add',
        '-d',
        'origin',
        's3://bucket/project',
        '--endpoint',
        server.url,
      );
      expectExit(added, 0);
    },
  };
}

describe.each([
  ['a folder', inFolder],
  ['S3', onS3],
])('three clones share results over %s', (_where, open) => {
  it('A runs and pushes, B runs nothing, C reruns what follows from its change, A is given that', async () => {
    const a = await openRig();
    const place = await open(a);
    const mlops = async (who: Rig, ...args: string[]): Promise<string> =>
      words(expectExit(await who.mlopsWith(place.options, ...args), 0));

    a.write(STORY);
    await mlops(a, 'init');
    await place.configure(a);
    await mlops(a, 'repro');
    expect(ran(a)).toEqual(['judge', 'prepare', 'train']);
    await a.commit('first model');
    expect(await mlops(a, 'push')).toMatch(/pushed \d+ objects, .* and 3 runs/);
    const again = JSON.parse((await a.mlopsWith(place.options, 'push', '--json')).stdout);
    expect(again).toMatchObject({
      objects: 0,
      bytes: 0,
      runs: 0,
      requests: { puts: 0, deletes: 0, bytesUp: 0 },
    });

    const b = await a.clone('b');
    const told = await mlops(b, 'repro', '--dry');
    expect(told).toContain('mlops repro --pull');
    expect(await mlops(b, 'status', '--remote')).toContain('model.txt');
    const pulled = await mlops(b, 'repro', '--pull');
    expect(pulled).toMatch(/3 restored|3 fresh/);
    expect(ran(b)).toEqual([]);
    for (const path of ['model.txt', 'report/page.txt']) expect(b.read(path)).toBe(a.read(path));
    expect(await b.git('status', '--porcelain'), 'the lock of A is what B would write').toBe('');

    const c = await a.clone('c');
    await mlops(c, 'pull', 'report/score.txt');
    expect(c.files()).toContain('report/score.txt');
    expect(c.files()).not.toContain('report/page.txt');
    c.write({ 'params.yaml': 'train:\n  depth: 9\n' });
    expect(await mlops(c, 'repro', '--pull')).toMatch(/train .*because/);
    expect(ran(c)).toEqual(['judge', 'train']);
    await c.commit('deeper');
    await mlops(c, 'push');
    await a.git('pull', '-q', '--ff-only', c.path, 'main');
    await mlops(a, 'repro', '--pull');
    expect(ran(a)).toEqual([]);
    expect(a.read('model.txt')).toBe('HELLO\ndepth 9\n');
    expect(await a.git('status', '--porcelain')).toBe('');

    await a.git('switch', '-q', '--detach', 'HEAD~1');
    await mlops(a, 'checkout');
    expect(a.read('report/page.txt')).toBe('hELLO\ndepth 5\n');
    await mlops(b, 'pull');
    expect(b.read('raw/deep/b.txt')).toBe('bb');
  });
});

describe('a fresh clone', () => {
  it('without its bytes says what is missing and where to get it', async () => {
    const a = await openRig();
    a.write(STORY);
    expectExit(await a.mlops('repro'), 0);
    await a.commit('not pushed');
    const b = await a.clone('b');
    const ended = await b.mlops('checkout');
    expectExit(ended, 5);
    expect(words(ended)).toContain('mlops remote add');
    expectExit(await b.mlops('pull'), 4);
    expect(words(await b.mlops('repro'))).toMatch(/help: /);
  });

  it('runs what nobody has, after fetching only what that needs', async () => {
    const a = await openRig();
    const place = await inFolder(a);
    a.write(STORY);
    await place.configure(a);
    expectExit(await a.mlops('repro'), 0);
    await a.commit('model');
    expectExit(await a.mlops('push'), 0);
    const b = await a.clone('b');
    b.write({ 'params.yaml': 'train:\n  depth: 1\n' });
    expectExit(await b.mlops('repro', '--pull', 'train'), 0);
    expect(ran(b)).toEqual(['train']);
    expect(b.has('raw')).toBe(false);
    expect(b.read('model.txt')).toBe('HELLO\ndepth 1\n');
  });
});

describe('a remote in trouble', () => {
  it.each([
    ['unreachable', { url: 's3://bucket/x', endpoint: 'http://127.0.0.1:9' }, KEYS, 1, ['push', 'pull']],
    ['that is no folder', { url: 'file:///dev/null/remote' }, {}, 0, ['push']],
  ])(
    '%s: exit 6 with a way out, nothing lost, and repro goes on without it',
    async (_what, remote, env, asked, commands) => {
      const rig = await openRig();
      rig.write({ ...STORY, '.mlops/config.yaml': { remote: 'origin', remotes: { origin: remote } } });
      const options = { env };
      const first = expectExit(await rig.mlopsWith(options, 'repro'), 0);
      expect(words(first)).toMatch(/3 ran/);
      expect(words(first).match(/the remote was not asked/g) ?? []).toHaveLength(asked);
      const before = rig.files();
      for (const command of commands) {
        if (command === 'pull') rig.write({ '.git/mlops/store/objects': null });
        const ended = expectExit(await rig.mlopsWith(options, command), 6);
        expect(words(ended)).toMatch(/^error: /m);
        expect(words(ended)).toMatch(/^help: /m);
      }
      expect(rig.files()).toEqual(before);
    },
  );

  it('forbidden: exit 6 names the permission; the run stays recorded here', async () => {
    const server = await openS3();
    const rig = await openRig();
    rig.write({
      ...STORY,
      '.mlops/config.yaml': {
        remote: 'origin',
        remotes: { origin: { url: 's3://bucket/x', endpoint: server.url } },
      },
    });
    const wrong = { env: { ...KEYS, AWS_SECRET_ACCESS_KEY: 'wrong' } };
    expectExit(await rig.mlopsWith(wrong, 'repro'), 0);
    const refused = expectExit(await rig.mlopsWith(wrong, 'push'), 6);
    expect(words(refused)).toMatch(/help: /);
    expect(words(refused)).not.toContain('wrong');
    server.faults = (request) =>
      request.operation === 'PutObject' ? { status: 403, code: 'AccessDenied' } : undefined;
    const denied = expectExit(await rig.mlopsWith({ env: KEYS }, 'push'), 6);
    expect(words(denied)).toMatch(/forbid|denied|permission|may not/i);
    server.faults = () => undefined;
    expectExit(await rig.mlopsWith({ env: KEYS }, 'push'), 0);
    expect(ran(rig)).toEqual(['judge', 'prepare', 'train']);
    expect(words(await rig.mlopsWith({ env: KEYS }, 'repro'))).toMatch(/3 fresh/);
  });

  it('with a damaged object: exit 8 names the path; the rest arrives', async () => {
    const server = await openS3();
    const a = await openRig();
    a.write({
      ...STORY,
      '.mlops/config.yaml': {
        remote: 'origin',
        remotes: { origin: { url: 's3://bucket/x', endpoint: server.url } },
      },
    });
    expectExit(await a.mlopsWith({ env: KEYS }, 'repro'), 0);
    await a.commit('model');
    expectExit(await a.mlopsWith({ env: KEYS }, 'push'), 0);
    const b = await a.clone('b');
    const bucket = server.buckets.get('bucket')!;
    const model = Buffer.from(a.read('model.txt'));
    const [key, pack] = [...bucket].find(
      ([name, { bytes }]) => name.endsWith('.pack') && bytes.includes(model),
    )!;
    const spoiled = Buffer.from(pack.bytes);
    spoiled[spoiled.indexOf(model)]! ^= 1;
    bucket.set(key, { ...pack, bytes: spoiled });
    const ended = await b.mlopsWith({ env: KEYS }, 'pull');
    expectExit(ended, 8);
    expect(words(ended)).toContain('model.txt');
    expect(words(ended)).toContain(key.replace(/.*v1\//, ''));
    expect(b.has('model.txt')).toBe(false);
    bucket.set(key, pack);
    expectExit(await b.mlopsWith({ env: KEYS }, 'pull'), 0);
    expect(b.read('model.txt')).toBe(a.read('model.txt'));
  });
});
