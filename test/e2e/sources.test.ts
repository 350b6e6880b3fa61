// import, update and get: every kind of source through the real program.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FileServer, startFileServer } from '../file-server.ts';
import { startGitServer } from '../git-server.ts';
import { type Ended, openRig, type Rig, type RunOptions } from '../rig.ts';
import { objectOf } from '../s3-server/buckets.ts';
import { startS3, TEST_KEYS } from '../s3-server/server.ts';
import { expectExit, ran, step, words } from './story.ts';

async function ok(rig: Rig, ...args: readonly string[]): Promise<string> {
  return words(expectExit(await rig.mlops(...args), 0));
}

interface Lock {
  readonly data: { readonly [path: string]: { readonly from?: { readonly [key: string]: string } } };
}

function recorded(rig: Rig, path: string): { readonly [key: string]: string } | undefined {
  return (JSON.parse(rig.read('pipeline.lock')) as Lock).data[path]?.from;
}

async function project(): Promise<Rig> {
  const rig = await openRig();
  await ok(rig, 'init');
  return rig;
}

describe('an import over HTTP', () => {
  async function withServer(): Promise<{ rig: Rig; server: FileServer }> {
    const server = await startFileServer();
    server.files.set('/zip.csv', Buffer.from('a,b\n1,2\n'));
    return { rig: await project(), server };
  }

  it('is tracked with where it came from, and renewed when that changed', async () => {
    const { rig, server } = await withServer();
    expect(await ok(rig, 'import', `${server.url}/zip.csv`, '-o', 'data/zip.csv')).toMatch(
      /imported data\/zip\.csv \(8 B\) from http/,
    );
    expect(rig.read('data/zip.csv')).toBe('a,b\n1,2\n');
    expect(rig.read('pipeline.yaml')).toContain(`data/zip.csv: {url: ${server.url}/zip.csv}`);
    expect(recorded(rig, 'data/zip.csv')).toMatchObject({
      url: `${server.url}/zip.csv`,
      etag: expect.any(String),
    });
    expect(rig.read('.gitignore')).toContain('/data/zip.csv');
    await rig.commit('import');

    server.log.length = 0;
    expect(await ok(rig, 'update')).toBe('data/zip.csv is unchanged (8 B)\n');
    expect(server.log).toEqual(['HEAD /zip.csv']);
    expect(await rig.git('status', '--porcelain')).toBe('');

    server.files.set('/zip.csv', Buffer.from('a,b\n3,4\n5,6\n'));
    expect(await ok(rig, 'update', 'data')).toBe('renewed data/zip.csv (12 B)\n');
    expect(rig.read('data/zip.csv')).toBe('a,b\n3,4\n5,6\n');
    expect((await rig.git('status', '--porcelain')).trim()).toBe('M pipeline.lock');
  });

  it('runs nothing; repro does what follows', async () => {
    const { rig, server } = await withServer();
    await ok(rig, 'import', `${server.url}/zip.csv`);
    rig.write({
      'pipeline.yaml': `${rig.read('pipeline.yaml')}stages:\n  count:\n    cmd: ${step('count', 'wc -l < zip.csv > n.txt')}\n    deps: [zip.csv]\n    outs: [n.txt]\n`,
    });
    await ok(rig, 'repro');
    expect(ran(rig)).toEqual(['count']);
    server.files.set('/zip.csv', Buffer.from('other\n'));
    await ok(rig, 'update');
    expect(ran(rig)).toEqual([]);
    await ok(rig, 'repro');
    expect(ran(rig)).toEqual(['count']);
    await rig.commit('import');

    const clone = await rig.clone('clone');
    const told = expectExit(await clone.mlops('repro'), 5);
    expect(words(told)).toContain('mlops update zip.csv');
    expect(words(expectExit(await clone.mlops('checkout'), 5))).toContain('mlops update');
    await ok(clone, 'remote', 'add', '-d', 'origin', clone.beside('empty'));
    expect(words(expectExit(await clone.mlops('pull', 'zip.csv'), 5))).toContain('mlops update zip.csv');
    expect(await ok(clone, 'update')).toMatch(/^renewed zip\.csv/);
    expect(clone.read('zip.csv')).toBe('other\n');
    await ok(clone, 'repro');
    expect(ran(clone)).toEqual(['count']);
  });

  it('never loses what was changed here', async () => {
    const { rig, server } = await withServer();
    await ok(rig, 'import', `${server.url}/zip.csv`);
    rig.write({ 'zip.csv': 'mine\n' });
    server.files.set('/zip.csv', Buffer.from('theirs\n'));
    expect(words(expectExit(await rig.mlops('update'), 7))).toMatch(
      /zip\.csv was changed here.*\nhelp: --force/,
    );
    expect(rig.read('zip.csv')).toBe('mine\n');
    await ok(rig, 'add', 'zip.csv');
    expect(words(expectExit(await rig.mlops('update'), 7))).toMatch(/was changed here/);
    await ok(rig, 'update', '--force');
    expect(rig.read('zip.csv')).toBe('theirs\n');

    rig.write({ 'there.csv': 'mine\n' });
    expect(
      words(expectExit(await rig.mlops('import', `${server.url}/zip.csv`, '-o', 'there.csv'), 7)),
    ).toContain('stands there already');
    expect(rig.read('there.csv')).toBe('mine\n');
    expect(words(expectExit(await rig.mlops('import', `${server.url}/zip.csv`), 4))).toContain(
      'mlops update zip.csv',
    );
    expect(rig.read('pipeline.yaml').match(/zip\.csv/g)).toHaveLength(2);
  });

  it('goes on where a connection broke, and where an earlier command was stopped', async () => {
    const { rig, server } = await withServer();
    const body = Buffer.alloc(3_000_000, 'abcdefghijk');
    server.files.set('/big', body);
    server.cutAfter = 1_000_000;
    await ok(rig, 'import', `${server.url}/big`);
    expect(readFileSync(join(rig.path, 'big')).equals(body)).toBe(true);
    expect(server.log).toEqual(['GET /big', expect.stringMatching(/^GET \/big bytes=\d+-$/)]);
    expect(server.log[1]).not.toBe('GET /big bytes=0-');

    // The file is another one when the rest is asked for: nothing of the first may be in it.
    const other = Buffer.alloc(2_500_000, 'zyxw');
    server.files.set('/changing', body);
    server.cutAfter = 1_000_000;
    server.instead = ({ headers }) => {
      if (headers.range) server.files.set('/changing', other);
      return false;
    };
    await ok(rig, 'import', `${server.url}/changing`);
    expect(readFileSync(join(rig.path, 'changing')).equals(other)).toBe(true);

    // More comes than was announced.
    server.files.set('/more', body);
    server.cutAfter = 1_000_000;
    server.instead = ({ headers }, response) => {
      if (!headers.range) return false;
      const range = 'bytes 1000000-2999999/3000000';
      response.writeHead(206, { etag: headers['if-range'] as string, 'content-range': range });
      response.end(body);
      return true;
    };
    const more = expectExit(await rig.mlops('import', `${server.url}/more`), 8);
    expect(words(more)).toContain('more bytes came than the server announced');
    expect(rig.has('more')).toBe(false);

    // A server that stalls half way: the command is stopped, the next one asks for the rest.
    server.files.set('/stall', body);
    server.instead = (request, response) => {
      if (request.url !== '/stall' || request.method !== 'GET' || request.headers.range) return false;
      response.writeHead(200, {
        etag: `"${body.length}-${body.subarray(0, 8).toString('hex')}"`,
        'content-length': body.length,
      });
      response.write(body.subarray(0, 2_000_000));
      halfWay();
      return true;
    };
    let halfWay = (): void => {};
    const stalled = new Promise<void>((resolve) => {
      halfWay = resolve;
    });
    const stopped = rig.start('import', `${server.url}/stall`);
    await stalled;
    await part(rig, 2_000_000);
    expectExit(await stopped.kill('SIGINT'), 130);
    expect(rig.has('stall')).toBe(false);
    expect(rig.read('pipeline.yaml')).not.toContain('stall');
    server.log.length = 0;
    await ok(rig, 'import', `${server.url}/stall`);
    expect(readFileSync(join(rig.path, 'stall')).equals(body)).toBe(true);
    expect(server.log).toEqual(['GET /stall bytes=2000000-']);
  });

  /** Resolves when the half that is here has so many bytes. */
  async function part(rig: Rig, bytes: number): Promise<void> {
    const dir = join(rig.path, '.git/mlops/source');
    await expect
      .poll(() => partsIn(dir).some((path) => statSync(path).size === bytes), {
        timeout: 10_000,
        interval: 10,
      })
      .toBe(true);
  }

  it('follows redirects, and refuses what it cannot trust', async () => {
    const { rig, server } = await withServer();
    server.instead = ({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { location: '/zip.csv' }).end();
      else if (url === '/gone') response.writeHead(404).end();
      else if (url === '/login') response.writeHead(401).end();
      else if (url === '/html?token=hunter2') response.writeHead(403).end();
      else return false;
      return true;
    };
    await ok(rig, 'import', `${server.url}/moved`);
    expect(rig.read('moved')).toBe('a,b\n1,2\n');
    const before = rig.read('pipeline.yaml');
    const fails = async (exit: number, ...args: readonly string[]): Promise<string> => {
      const ended = expectExit(await rig.mlops('import', ...args), exit);
      expect(words(ended)).toMatch(/^help: /m);
      return words(ended);
    };
    expect(await fails(5, `${server.url}/gone`)).toContain('404');
    expect(await fails(6, `${server.url}/login`)).toContain('401');
    expect(await fails(2, `${server.url}/html?token=hunter2`)).not.toContain('hunter2');
    const secret = await fails(2, server.url.replace('://', '://ada:hunter2@'));
    expect(secret).not.toContain('hunter2');
    expect(await fails(2, 'ftp://example.org/x')).toContain('known:');
    expect(await fails(6, 'http://127.0.0.1:9/x', '-o', 'x')).toMatch(/cannot be reached|bad port/);
    expect(await fails(2, server.url)).toContain('-o NAME');
    await fails(4, `${server.url}/zip.csv`, '-o', '../outside');
    await fails(7, `${server.url}/zip.csv`, '-o', '.github/workflows/x.yml');
    expect(rig.read('pipeline.yaml')).toBe(before);
    expect(rig.files().filter((path) => !/pipeline|\.git|\.mlops|moved/.test(path))).toEqual([]);
  });
});

function partsIn(dir: string): string[] {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return names.filter((name) => name.endsWith('.part')).map((name) => join(dir, name));
}

describe('an import from a folder', () => {
  it('takes files and folders as they are, and renews them', async () => {
    const rig = await project();
    const there = rig.beside('share');
    mkdirSync(join(there, 'set/deep'), { recursive: true });
    writeFileSync(join(there, 'set/a.txt'), 'a\n');
    writeFileSync(join(there, 'set/deep/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    symlinkSync('a.txt', join(there, 'set/link'));
    writeFileSync(join(there, 'one.txt'), 'one\n');
    await ok(rig, 'import', '../share/set', '-o', 'data/set');
    await ok(rig, 'import', `file://${there}/one.txt`);
    expect(rig.read('pipeline.yaml')).toContain('data/set: {url: ../share/set}');
    expect(rig.read('data/set/link')).toBe('a\n');
    expect(statSync(join(rig.path, 'data/set/deep/run.sh')).mode & 0o111).not.toBe(0);
    expect(recorded(rig, 'one.txt')).toMatchObject({ url: `file://${there}/one.txt`, bytes: 4 });
    expect(await ok(rig, 'update')).toMatch(/data\/set is unchanged.*\none\.txt is unchanged/);
    writeFileSync(join(there, 'set/b.txt'), 'b\n');
    expect(await ok(rig, 'update', 'data')).toMatch(/renewed data\/set \(4 files/);
    expect(rig.read('data/set/b.txt')).toBe('b\n');
    renameSync(join(there, 'one.txt'), join(there, 'two.txt'));
    expect(words(expectExit(await rig.mlops('update', 'one.txt'), 5))).toContain('does not exist');
    expect(rig.read('one.txt')).toBe('one\n');
  });

  it('has no two meanings: paths start from the folder of their pipeline.yaml', async () => {
    const rig = await project();
    rig.write({ 'sub/pipeline.yaml': 'stages: {}\n' });
    writeFileSync(rig.beside('one.txt'), 'one\n');
    expectExit(await rig.mlopsWith({ cwd: 'sub' }, 'import', '../../one.txt'), 0);
    expect(rig.read('sub/pipeline.yaml')).toContain('one.txt: {url: ../../one.txt}');
    expect(rig.read('sub/one.txt')).toBe('one\n');
    expect(await ok(rig, 'update')).toMatch(/^sub\/one\.txt is unchanged/);
  });
});

describe('an import from S3', () => {
  it('takes an object or everything below a prefix', async () => {
    const s3 = await startS3({ buckets: ['raw'], pageNames: 2 });
    onTestFinished(() => s3.close());
    const env = {
      AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.url,
    };
    const put = (key: string, text: string): void =>
      void s3.buckets.get('raw')!.set(key, objectOf(Buffer.from(text), undefined));
    for (const name of ['a', 'b', 'deep/c']) put(`set/${name}.txt`, `${name}\n`);
    put('set/', '');
    const rig = await project();
    const mlops = async (...args: readonly string[]): Promise<string> =>
      words(expectExit(await rig.mlopsWith({ env }, ...args), 0));
    await mlops('import', 's3://raw/set/', '-o', 'data/set');
    expect(rig.files().filter((path) => path.startsWith('data/'))).toEqual([
      'data/set/a.txt',
      'data/set/b.txt',
      'data/set/deep/c.txt',
    ]);
    await mlops('import', 's3://raw/set/a.txt');
    expect(rig.read('a.txt')).toBe('a\n');
    expect(recorded(rig, 'a.txt')).toMatchObject({ url: 's3://raw/set/a.txt', etag: expect.any(String) });
    s3.log.length = 0;
    expect(await mlops('update')).toMatch(/^data\/set is unchanged.*\na\.txt is unchanged/);
    expect(s3.count('GetObject')).toBe(0);
    put('set/a.txt', 'other\n');
    expect(await mlops('update')).toMatch(/^renewed data\/set.*\nrenewed a\.txt/);
    expect(rig.read('data/set/a.txt') + rig.read('a.txt')).toBe('other\nother\n');

    put('bad/../escape', 'x');
    const refused = expectExit(await rig.mlopsWith({ env }, 'import', 's3://raw/bad/', '-o', 'bad'), 7);
    expect(words(refused)).toContain('"../escape"');
    put('both/a', 'x');
    put('both/a/b', 'x');
    expect(
      words(expectExit(await rig.mlopsWith({ env }, 'import', 's3://raw/both/', '-o', 'both'), 7)),
    ).toContain('is an object and a folder');
    expect(words(expectExit(await rig.mlopsWith({ env }, 'import', 's3://raw/nothing'), 5))).toContain(
      'is not there',
    );
  });
});

/** A repository that others take from: tracked data and a model, on a remote beside it. */
async function registry(): Promise<Rig> {
  const rig = await openRig();
  rig.write({
    'raw/2014/a.txt': 'a 2014\n',
    'raw/2015/a.txt': 'a 2015\n',
    'README.md': 'read me\n',
    'models/notes.md': 'notes\n',
    'pipeline.yaml': `stages:
  train:
    cmd: cat raw/2014/a.txt > models/m.bin && echo '{"n":1}' > n.json
    deps: [raw]
    outs: [models/m.bin]
    metrics: [n.json]
`,
  });
  await ok(rig, 'init');
  await ok(rig, 'remote', 'add', '-d', 'origin', `file://${rig.beside('remote')}`);
  await ok(rig, 'add', 'raw');
  await ok(rig, 'repro');
  await rig.commit('first');
  await rig.git('tag', 'v1');
  await ok(rig, 'push');
  rig.write({ 'raw/2014/a.txt': 'a 2014, corrected\n' });
  await ok(rig, 'repro');
  await rig.commit('second');
  await ok(rig, 'push');
  return rig;
}

/** An empty folder, in no repository. */
function elsewhere(
  rig: Rig,
  name = 'elsewhere',
): { readonly path: string; mlops: (...args: readonly string[]) => Promise<Ended> } {
  const path = rig.beside(name);
  mkdirSync(path, { recursive: true });
  return { path, mlops: (...args) => rig.mlops('-C', path, ...args) };
}

describe('get from another repository', () => {
  it.each([
    ['a path, from its store', async (rig: Rig) => rig.path],
    [
      'a path without a store, from its remote',
      async (rig: Rig) => {
        rig.write({ '.git/mlops/store': null });
        return rig.path;
      },
    ],
    [
      'a bare repository over HTTP',
      async (rig: Rig) => {
        await rig.git('clone', '-q', '--bare', rig.path, rig.beside('served/registry.git'));
        return `${(await startGitServer(rig.beside('served'))).url}/registry.git`;
      },
    ],
  ])('takes what is tracked, a part of it, and what Git keeps, from %s', async (_what, open) => {
    const rig = await registry();
    const url = await open(rig);
    const { path, mlops } = elsewhere(rig);
    const got = async (...args: readonly string[]): Promise<string> =>
      words(expectExit(await mlops('get', url, ...args), 0));
    const read = (name: string): string => readFileSync(join(path, name), 'utf8');
    expect(await got('models/m.bin')).toMatch(/got m\.bin \(18 B\)/);
    expect(read('m.bin')).toBe('a 2014, corrected\n');
    expect(await got('raw', '--rev', 'v1')).toMatch(/got raw \(2 files, 14 B\) at commit [0-9a-f]{7}/);
    expect(read('raw/2014/a.txt')).toBe('a 2014\n');
    await got('raw/2015/a.txt', '-o', 'deep/er/one.txt');
    expect(read('deep/er/one.txt')).toBe('a 2015\n');
    await got('README.md');
    expect(read('README.md')).toBe('read me\n');
    await got('n.json');
    expect(read('n.json')).toBe('{"n":1}\n');
    await got('models');
    expect([read('models/m.bin'), read('models/notes.md')]).toEqual(['a 2014, corrected\n', 'notes\n']);
    const rev = (await rig.git('rev-parse', 'v1')).trim();
    await got('models/m.bin', '--rev', rev, '-o', 'by-id/');
    await got('models/m.bin', '--rev', rev.slice(0, 10), '-o', 'by-short-id');
    expect([read('by-id/m.bin'), read('by-short-id')]).toEqual(['a 2014\n', 'a 2014\n']);

    expect(words(expectExit(await mlops('get', url, 'raw'), 7))).toMatch(/is there already\nhelp: .*--force/);
    expect(read('raw/2014/a.txt')).toBe('a 2014\n');
    await got('raw', '--force');
    expect(read('raw/2014/a.txt')).toBe('a 2014, corrected\n');
    expect(words(expectExit(await mlops('get', url, 'models/n.bin'), 5))).toContain(
      'did you mean models/m.bin?',
    );
    expect(words(expectExit(await mlops('get', url, 'raw/2016'), 5))).toMatch(
      /holds no 2016|has no raw\/2016/,
    );
    expect(words(expectExit(await mlops('get', url, 'raw', '--rev', 'v9', '-o', 'x'), 4))).toContain('v9');
    expect(readdirSync(path).sort()).toEqual(
      ['README.md', 'by-id', 'by-short-id', 'deep', 'm.bin', 'models', 'n.json', 'raw'].sort(),
    );
  });

  it('works without a git program, over HTTP', async () => {
    const rig = await registry();
    await rig.git('clone', '-q', '--bare', rig.path, rig.beside('served/registry.git'));
    const { url } = await startGitServer(rig.beside('served'));
    const { path } = elsewhere(rig);
    symlinkSync(process.execPath, join(rig.beside('elsewhere'), 'node'));
    const options: RunOptions = { env: { PATH: path } };
    const get = async (...args: readonly string[]): Promise<string> =>
      words(expectExit(await rig.mlopsWith(options, '-C', path, 'get', `${url}/registry.git`, ...args), 0));
    expect(await get('models/m.bin')).toMatch(/got m\.bin/);
    expect(readFileSync(join(path, 'm.bin'), 'utf8')).toBe('a 2014, corrected\n');
    await get('raw/2014', '--rev', 'v1', '-o', 'old');
    await get('README.md', '--rev', (await rig.git('rev-parse', 'v1')).trim());
    expect(readFileSync(join(path, 'old/a.txt'), 'utf8')).toBe('a 2014\n');
    const local = expectExit(
      await rig.mlopsWith(options, '-C', path, 'get', rig.path, 'README.md', '-o', 'x'),
      4,
    );
    expect(words(local)).toContain('the git program was not found');
  });

  it('brings only the part that was asked for, and nothing that is damaged', async () => {
    const rig = await registry();
    rig.write({ '.git/mlops/store': null });
    const lock = JSON.parse(rig.read('pipeline.lock')) as {
      stages: { train: { outs: { 'models/m.bin': { file: string } } } };
    };
    const model = lock.stages.train.outs['models/m.bin'].file;
    const { path, mlops } = elsewhere(rig);
    for (const file of remoteFiles(rig.beside('remote')).filter((each) => each.includes(model.slice(2)))) {
      chmodSync(file, 0o644);
      writeFileSync(file, 'evil, evil, evil!\n');
    }
    const damaged = await mlops('get', rig.path, 'models/m.bin');
    expect([5, 6, 8]).toContain(damaged.exit);
    expect(words(damaged)).toContain('m.bin');
    expect(existsSync(join(path, 'm.bin'))).toBe(false);
    expectExit(await mlops('get', rig.path, 'raw/2015'), 0);
  });

  it('leaves nothing hostile of another lock in a path', async () => {
    const rig = await registry();
    const lock = rig.read('pipeline.lock');
    const { mlops, path } = elsewhere(rig);
    rig.write({ 'pipeline.lock': lock.replaceAll('"raw"', '"../../escape"') });
    await rig.commit('hostile');
    expectExit(await mlops('get', rig.path, '../../escape', '--rev', 'HEAD'), 4);
    expectExit(await mlops('get', 'ext::sh -c "touch PWNED"', 'x'), 2);
    expectExit(await mlops('get', '--', '--upload-pack=touch PWNED', 'x'), 2);
    rig.write({
      'pipeline.lock': lock,
      '.mlops/config.yaml': 'remotes: {o: {url: "s3://user:hunter2@b/x"}}\n',
      '.git/mlops/store': null,
    });
    const refused = expectExit(await mlops('get', rig.path, 'models/m.bin'), 4);
    expect(words(refused)).not.toContain('hunter2');
    rig.write({ '.mlops/config.yaml': null });
    expect(words(expectExit(await mlops('get', rig.path, 'models/m.bin'), 5))).toContain('--remote URL');
    expectExit(await mlops('get', rig.path, 'models/m.bin', '--remote', rig.beside('remote')), 0);
    expect(readdirSync(path)).toEqual(['m.bin']);
  });
});

function remoteFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

describe('an import from another repository', () => {
  it('follows its commits, and can be moved to another one', async () => {
    const from = await registry();
    const rig = await from.clone('consumer');
    rig.write({
      'pipeline.yaml': null,
      'pipeline.lock': null,
      '.gitignore': null,
      models: null,
      'README.md': null,
      'n.json': null,
    });
    await rig.commit('start over');
    expect(await ok(rig, 'import', from.path, 'raw/2014', '-o', 'data/2014', '--rev', 'v1')).toMatch(
      /imported data\/2014 \(1 file, 7 B\) from raw\/2014 of .* at commit/,
    );
    const v1 = (await from.git('rev-parse', 'v1')).trim();
    expect(recorded(rig, 'data/2014')).toEqual({ git: from.path, path: 'raw/2014', rev: v1 });
    expect(rig.read('pipeline.yaml')).toContain(`{url: ${from.path}, path: raw/2014, rev: v1}`);
    expect(await ok(rig, 'update')).toMatch(/data\/2014 is unchanged/);
    expect(await ok(rig, 'update', 'data', '--rev', 'main')).toMatch(/renewed data\/2014/);
    expect(rig.read('data/2014/a.txt')).toBe('a 2014, corrected\n');
    expect(rig.read('pipeline.yaml')).toContain('rev: main}');
    from.write({ 'raw/2014/a.txt': 'a 2014, again\n' });
    await ok(from, 'repro');
    expect(await ok(rig, 'update')).toMatch(/is unchanged/);
    await from.commit('third');
    expect(await ok(rig, 'update')).toMatch(/renewed data\/2014/);
    expect(rig.read('data/2014/a.txt')).toBe('a 2014, again\n');
    expect(rig.has(dirname('data/2014'))).toBe(true);
    await ok(rig, 'mv', 'data/2014', 'moved');
    expect(rig.read('pipeline.yaml')).toContain('moved: {url:');
    expect(await ok(rig, 'update')).toMatch(/moved is unchanged/);
    for (const [dvc, ours] of [
      ['import-url', 'mlops import URL'],
      ['get-url', 'mlops get URL'],
      ['install', 'mlops git install'],
    ] as const)
      expect(words(expectExit(await rig.mlops(dvc), 2))).toContain(ours);
  });
});
