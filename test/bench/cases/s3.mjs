// Sharing through an S3 server on this machine: push, push again, pull; many files and a large one.
// `mlops` and DVC keep what they pushed under version control, so their pull fills a fresh clone's store and its
// workspace; s5cmd and rclone copy files to a bucket and back.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { age, bigFile, contents, manyFiles } from '../files.mjs';
import { quickest, seconds } from '../goal.mjs';
import { commitAll, dvcRepository, mlopsRepository } from '../repositories.mjs';
import { BUCKET, servers, withServer } from '../servers.mjs';
import { dvcS3, mlops, rclone, s5cmd } from '../tools.mjs';

const GIB = 2 ** 30;

export function cases(scale) {
  const count = scale(10_000);
  const bytes = scale(2 * GIB);
  const works = [
    {
      name: 'files',
      make: (dir) => manyFiles(dir, count, 10 * 1024),
      what: `${count.toLocaleString('en')} files of 10 KiB`,
      goals: { push: seconds(1.2), again: seconds(0.4), pull: seconds(1.5) },
      repeats: { DVC: 1 },
    },
    {
      name: '2gib',
      make: (dir) => bigFile(join(dir, 'large.bin'), bytes),
      what: bytes === 2 * GIB ? 'one file of 2 GiB' : 'one large file',
      goals: { push: quickest(), pull: quickest() },
      memoryMB: 200,
      large: true,
      repeats: { mlops: 2, s5cmd: 2, rclone: 1, DVC: 1 },
    },
  ];
  return Object.keys(servers).flatMap((server) => works.map((work) => shareCase(server, work)));
}

function shareCase(server, { name, make, what, goals, ...work }) {
  const share = (way) => (turn) =>
    withServer(turn, server, (remote) => shareThrough(turn, remote, make, way(turn, remote)));
  return {
    name: `${server.toLowerCase()}-${name}`,
    unless: servers[server].program ? undefined : `${server} is not installed`,
    ...work,
    rows: [
      { phase: 'push', work: `\`push\` of ${what} to ${server}`, goal: goals.push },
      { phase: 'again', work: '… nothing new to push', goal: goals.again },
      { phase: 'pull', work: '… `pull` in a fresh clone', goal: goals.pull },
    ],
    tools: {
      mlops: share(mlopsWay),
      ...(dvcS3 && { DVC: share(dvcWay) }),
      ...(s5cmd && { s5cmd: share(s5cmdWay) }),
      ...(rclone && { rclone: share(rcloneWay) }),
    },
  };
}

/** The three phases of one tool, each with the requests that the server counted, and a look at what came back. */
async function shareThrough(turn, remote, make, { source, store, push, again, clone }) {
  const data = join(source, 'data');
  mkdirSync(data);
  make(data);
  age(data);
  const pushed = contents(data);
  store();
  turn.settle();
  const phase = (name, argv, cwd) => {
    const before = remote.requests();
    turn.measure(name, argv, cwd);
    if (before !== undefined)
      turn.note(name, `${(remote.requests() - before).toLocaleString('en')} requests`);
  };
  phase('push', push, source);
  turn.settle();
  phase('again', again, source);
  const { pull, into } = clone();
  turn.settle();
  phase('pull', pull, into);
  turn.expect(join(into, 'data'), pushed);
}

function mlopsWay(turn, { endpoint }) {
  const dir = mlopsRepository(turn);
  turn.do([...mlops, 'remote', 'add', '-d', 'shared', `s3://${BUCKET}/mlops`, '--endpoint', endpoint], dir);
  return tracked(turn, mlops, dir);
}

/** `jobs`: of 8 (its default here), 16, 32 and 64 the quickest in a trial with many files. */
function dvcWay(turn, { endpoint }) {
  const dir = dvcRepository(turn);
  turn.do([...dvcS3, 'remote', 'add', '-d', 'shared', `s3://${BUCKET}/dvc`], dir);
  turn.do([...dvcS3, 'remote', 'modify', 'shared', 'endpointurl', endpoint], dir);
  turn.do([...dvcS3, 'remote', 'modify', 'shared', 'jobs', '64'], dir);
  return tracked(turn, dvcS3, dir);
}

function tracked(turn, tool, source) {
  return {
    source,
    store() {
      turn.do([...tool, 'add', 'data'], source);
      commitAll(turn, source);
    },
    push: [...tool, 'push'],
    again: [...tool, 'push'],
    clone() {
      turn.do(['git', 'clone', '-q', source, 'clone']);
      return { pull: [...tool, 'pull'], into: join(turn.dir, 'clone') };
    },
  };
}

/** Its defaults (256 workers, 50 MiB parts) but for the parts of one file that are on their way at once. */
function s5cmdWay(turn, { endpoint }) {
  const tool = [s5cmd, '--endpoint-url', endpoint, '--log', 'error'];
  const many = ['--concurrency', '16'];
  return {
    source: turn.folder('source'),
    store() {},
    push: [...tool, 'cp', ...many, 'data/', `s3://${BUCKET}/data/`],
    again: [...tool, 'sync', ...many, 'data/', `s3://${BUCKET}/data/`],
    clone: () => ({
      pull: [...tool, 'cp', ...many, `s3://${BUCKET}/data/*`, 'data/'],
      into: turn.folder('clone'),
    }),
  };
}

/**
 * What its documentation of S3 advises against needless requests (no HEAD for the time of each object, one listing, no
 * question whether the bucket is there), and more at once than by default.
 */
function rcloneWay(turn, { endpoint }) {
  Object.assign(turn.env, {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
    RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
    RCLONE_TRANSFERS: '32',
    RCLONE_CHECKERS: '32',
    RCLONE_FAST_LIST: 'true',
    RCLONE_UPDATE: 'true',
    RCLONE_USE_SERVER_MODTIME: 'true',
    RCLONE_S3_NO_CHECK_BUCKET: 'true',
    RCLONE_S3_UPLOAD_CONCURRENCY: '8',
    RCLONE_S3_CHUNK_SIZE: '16Mi',
  });
  const push = [rclone, 'copy', 'data', `bench:${BUCKET}/data`];
  return {
    source: turn.folder('source'),
    store() {},
    push,
    again: push,
    clone: () => ({ pull: [rclone, 'copy', `bench:${BUCKET}/data`, 'data'], into: turn.folder('clone') }),
  };
}
