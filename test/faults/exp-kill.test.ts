// Workers of the queue are killed at moments drawn from their whole life, and disks fill up under them. No experiment is
// lost, none that has its result runs again, and the next worker completes everything as if nothing had been.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Chance, chance, LONG, SEED } from './chance.ts';
import { type Fault, openGround, type Place } from './ground.ts';

/** With one for each of the last steps of an experiment, about fifty. */
const WORKER_KILLS = LONG ? 300 : 25;
const QUEUE_KILLS = LONG ? 60 : 8;
const FULL_DISKS = LONG ? 100 : 10;
/** Experiments that are queued whenever none waits. */
const BATCH = 8;
/** Changes of files that a worker makes for about two experiments. */
const CHANGES = 150;
const MOST_MS = 1500;

const ALL = ['exp', 'run', '--all', '-j', '2'];

const ground = openGround();
afterAll(() => ground.remove());

describe(`the queue, seed ${SEED}`, () => {
  it('loses nothing and runs nothing twice, however often its workers are killed', async () => {
    const place = await freshQueue();
    const luck = chance('kill workers of the queue');
    const wrong: string[] = [];
    let queued = 0;
    for (let kill = 1; kill <= WORKER_KILLS; kill++) {
      if (waiting(place).length === 0) {
        await enqueue(place, queued + 1, queued + BATCH);
        queued += BATCH;
      }
      const before = await experiments(place);
      const notesBefore = notesOf(place, before);
      const { words, exit, said } = await killed(place, luck);
      const found = [
        ...([0, 137].includes(exit) ? [] : [`exit ${exit} of the killed one: ${said}`]),
        ...(await lost(place, queued)),
        ...(await changed(place, before)),
        ...ranAgain(place, notesBefore),
      ];
      wrong.push(...found.map((each) => `kill ${kill}, ${words}: ${each}`));
    }
    wrong.push(...(await completes(place, queued)));
    expect(wrong).toEqual([]);
  });

  it('goes on wherever a worker was killed between the result and its end', async () => {
    const place = await freshQueue();
    const wrong: string[] = [];
    await enqueue(place, 1, 1);
    const log = join(place.dir, 'calls');
    await place.mlops(['exp', 'run', '--all'], { fault: { log } });
    const [file] = readdirSync(place.dir).filter((name) => name.startsWith('calls.'));
    const calls = readFileSync(join(place.dir, file!), 'utf8').trim().split('\n');
    // The result is committed through a copy of the index; folders of the store that are there already are fewer calls.
    const first = calls.findLastIndex((call) => call.startsWith('copyFile')) + 1;
    expect(calls.length - first).toBeGreaterThan(10);
    let queued = 1;
    for (let at = first; at <= calls.length; at++) {
      await enqueue(place, ++queued, queued);
      const struck = await place.mlops(['exp', 'run', '--all'], { fault: { at, what: 'die' } });
      const before = await experiments(place);
      const notesBefore = notesOf(place, before);
      const found = [
        ...([0, 137].includes(struck.exit) ? [] : [`exit ${struck.exit} of the killed one: ${struck.said}`]),
        ...(await lost(place, queued)),
        ...(await completes(place, queued)),
        ...(await changed(place, before)),
        ...ranAgain(place, notesBefore),
      ];
      wrong.push(...found.map((each) => `killed before ${calls[at - 1]}: ${each}`));
    }
    expect(wrong).toEqual([]);
  });

  it('is whole when who fills it is killed', async () => {
    const place = await freshQueue();
    const luck = chance('kill who queues');
    const wrong: string[] = [];
    for (let kill = 1; kill <= QUEUE_KILLS; kill++) {
      const at = 1 + luck.below(60);
      const line = ['exp', 'run', '--queue', '-n', `k${kill}`, '-S', 'n=range(1,4)'];
      await place.mlops(line, { fault: { at, what: 'die' } });
      const refs = new Set(await queueRefs(place));
      wrong.push(
        ...waiting(place)
          .filter((id) => !refs.has(id))
          .map((id) => `killed before change ${at}: ${id} waits without a ref`),
      );
    }
    const names = waiting(place).map(nameOf);
    const end = await place.mlops(ALL);
    if (end.exit !== 0) wrong.push(`exit ${end.exit} of the worker: ${end.said}`);
    const done = await experiments(place);
    wrong.push(...names.filter((name) => !done.has(name)).map((name) => `${name} did not run`));
    wrong.push(...(await untidy(place)));
    expect(wrong).toEqual([]);
  });

  it('loses nothing on a full disk, and says what is full', async () => {
    const luck = chance('full disks under the queue');
    const wrong: string[] = [];
    const place = await freshQueue();
    let queued = 0;
    for (let trial = 0; trial < FULL_DISKS; trial++) {
      if (waiting(place).length === 0) {
        await enqueue(place, queued + 1, queued + 3);
        queued += 3;
      }
      const at = 1 + luck.below(CHANGES);
      const fault: Fault = { at, what: 'ENOSPC', lasting: true };
      const { exit, said } = await place.mlops(['exp', 'run', '--all'], { fault });
      const found = [
        ...(exit === 70 ? [`is called a bug: ${said}`] : []),
        ...(exit === 0 || /ENOSPC/.test(said) ? [] : [`exit ${exit} without the reason: ${said}`]),
        ...(await lost(place, queued)),
      ];
      wrong.push(...found.map((each) => `full from change ${at} on: ${each}`));
      await place.mlops(['exp', 'queue', 'retry', '--failed']);
    }
    wrong.push(...(await completes(place, queued)));
    expect(wrong).toEqual([]);
  });
});

/** Each run notes itself outside of the repository, in one write. */
async function freshQueue(): Promise<Place> {
  const place = ground.empty();
  await place.git('init', '-q', '-b', 'main');
  place.write({
    'pipeline.yaml': `stages:
  train:
    cmd: echo \${n} >> ${place.dir}/noted && echo '{"n":\${n}}' > metrics.json && echo \${n} > model.txt
    params: [n]
    outs: [model.txt]
    metrics: [metrics.json]
`,
    'params.yaml': 'n: 0\n',
    '.gitignore': '/model.txt\n',
  });
  await place.commit('first');
  return place;
}

async function enqueue(place: Place, from: number, to: number): Promise<void> {
  const each = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  for (const n of each) {
    const made = await place.mlops(['exp', 'run', '--queue', '-n', `e${n}`, '-S', `n=${n}`]);
    if (made.exit !== 0) throw new Error(made.said);
  }
}

interface Killed {
  readonly words: string;
  readonly exit: number;
  readonly said: string;
}

async function killed(place: Place, luck: Chance): Promise<Killed> {
  if (luck.next() < 0.75) {
    const at = 1 + luck.below(CHANGES);
    const what = luck.next() < 0.5 ? 'die' : 'tear';
    return { words: `${what} at change ${at}`, ...(await place.mlops(ALL, { fault: { at, what } })) };
  }
  const ms = 100 + luck.below(MOST_MS);
  let timer: NodeJS.Timeout | undefined;
  const started = (pid: number): void => {
    timer = setTimeout(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }, ms);
  };
  const ended = await place.mlops(ALL, { started });
  clearTimeout(timer);
  return { words: `after ${ms} ms`, ...ended };
}

function idsIn(place: Place, state: 'waiting' | 'ended'): string[] {
  const folder = join(place.repo, '.git/mlops/queue', state);
  return existsSync(folder)
    ? readdirSync(folder).flatMap((name) => (name.startsWith('.') ? [] : name.replace(/\.json$/, '')))
    : [];
}

/** Waiting, and not only on its way out of the line. */
function waiting(place: Place): string[] {
  const over = new Set(idsIn(place, 'ended'));
  return idsIn(place, 'waiting').filter((id) => !over.has(id));
}

function nameOf(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}

/** Name → commit. */
async function experiments(place: Place): Promise<Map<string, string>> {
  const listed = await place.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/mlops/exp');
  return new Map(
    listed.split('\n').flatMap((line): [string, string][] => {
      const [ref, commit] = line.split(' ');
      return commit ? [[ref!.split('/').at(-1)!, commit]] : [];
    }),
  );
}

async function queueRefs(place: Place): Promise<string[]> {
  const listed = await place.git('for-each-ref', '--format=%(refname)', 'refs/mlops/queue');
  return listed.split('\n').flatMap((ref) => ref.split('/').at(-1) || []);
}

/** Of those that were queued, which are neither waiting nor ended; and those that wait without their commit. */
async function lost(place: Place, queued: number): Promise<string[]> {
  const names = new Set([...idsIn(place, 'waiting'), ...idsIn(place, 'ended')].map(nameOf));
  const refs = new Set(await queueRefs(place));
  return [
    ...Array.from({ length: queued }, (_, at) => `e${at + 1}`)
      .filter((name) => !names.has(name))
      .map((name) => `${name} is lost`),
    ...waiting(place)
      .filter((id) => !refs.has(id))
      .map((id) => `${id} waits without a ref`),
  ];
}

async function changed(place: Place, before: ReadonlyMap<string, string>): Promise<string[]> {
  const now = await experiments(place);
  return [...before]
    .filter(([name, commit]) => now.get(name) !== commit)
    .map(([name]) => `the experiment ${name} is another, or gone`);
}

/** How often each of them ran so far. */
function notesOf(place: Place, names: ReadonlyMap<string, string>): Map<string, number> {
  const file = join(place.dir, 'noted');
  const notes = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return new Map([...names.keys()].map((name) => [name, notes.filter((n) => `e${n}` === name).length]));
}

function ranAgain(place: Place, before: ReadonlyMap<string, number>): string[] {
  const now = notesOf(place, new Map([...before.keys()].map((name) => [name, ''])));
  return [...before].filter(([name, times]) => now.get(name) !== times).map(([name]) => `${name} ran again`);
}

/** The next worker does what is left, and leaves nothing but results. */
async function completes(place: Place, queued: number): Promise<string[]> {
  const end = await place.mlops(ALL);
  const done = await experiments(place);
  const states = idsIn(place, 'ended').map((id) => {
    const { state, experiment } = JSON.parse(place.read(`.git/mlops/queue/ended/${id}.json`));
    return { name: nameOf(id), state, experiment };
  });
  const fsck = await place.mlops(['fsck']);
  return [
    ...(end.exit === 0 ? [] : [`exit ${end.exit} of the last one: ${end.said}`]),
    ...(done.size === queued ? [] : [`${done.size} experiments of ${queued}`]),
    ...states
      .filter(({ name, state, experiment }) => state !== 'done' || done.get(name) !== experiment)
      .map(({ name, state }) => `${name} is ${state}, and its experiment is ${done.get(name)}`),
    ...(states.length === queued ? [] : [`${states.length} ended of ${queued}`]),
    ...(fsck.exit === 0 ? [] : [`fsck: ${fsck.said}`]),
    ...(await untidy(place)),
  ];
}

async function untidy(place: Place): Promise<string[]> {
  const left = (folder: string): string[] =>
    existsSync(join(place.repo, '.git', folder)) ? readdirSync(join(place.repo, '.git', folder)) : [];
  const worktrees = (await place.git('worktree', 'list')).split('\n');
  const fsck = await place.git('fsck', '--no-progress', '--strict', '--no-dangling');
  return [
    ...worktrees.slice(1).map((line) => `a worktree is left: ${line}`),
    ...(await queueRefs(place)).map((id) => `the ref of ${id} is left`),
    ...left('mlops/exp').map((name) => `exp/${name} is left`),
    ...left('worktrees').map((name) => `worktrees/${name} is left`),
    ...left('mlops/queue/claims')
      .filter((name) => !/^table-|^\./.test(name))
      .map((name) => `claims/${name} is left`),
    ...left('mlops/queue/waiting')
      .filter((name) => !name.startsWith('.'))
      .map((name) => `waiting/${name} is left`),
    ...(fsck === '' ? [] : [`git fsck: ${fsck}`]),
  ];
}
