// Repositories to break. Each state that a command starts from is made once, by the real program, and copied for every case.
//
//   <case>/repo      a worktree with its store
//   <case>/remote    a folder remote, named by its relative path so that a copy has its own
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chance } from './chance.ts';
import { filesIn, inspect } from './checker.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/mlops.js');
const PRELOAD = pathToFileURL(resolve(import.meta.dirname, 'preload.mjs')).href;

/** What the preload is told; `below` is filled in. */
export interface Fault {
  readonly calls?: 'changes' | 'all';
  readonly at?: number;
  readonly what?: 'die' | 'tear' | 'short' | 'ENOSPC' | 'EIO' | 'EROFS' | 'EACCES';
  /** Every later call of the kind fails as well. */
  readonly lasting?: true;
  readonly below?: readonly string[];
  readonly log?: string;
  readonly only?: 'workers';
  readonly hurry?: true;
  readonly clock?: number;
}

export interface Ended {
  /** Exit code; 137 after SIGKILL. */
  readonly exit: number;
  readonly said: string;
}

export interface Options {
  readonly fault?: Fault;
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
  /** Given the process as soon as it runs. */
  readonly started?: (pid: number) => void;
}

/** A folder of one case. */
export class Place {
  readonly dir: string;
  /** For every command that is run here. */
  readonly env: { [name: string]: string } = {};

  constructor(dir: string) {
    this.dir = dir;
  }

  get repo(): string {
    return join(this.dir, 'repo');
  }

  get store(): string {
    return join(this.repo, '.git/mlops/store');
  }

  get remote(): string {
    return join(this.dir, 'remote/v1');
  }

  /** Runs the program to its end, in a process group of its own. */
  mlops(args: readonly string[], options: Options = {}): Promise<Ended> {
    return run(process.execPath, [PROGRAM, ...args], this.dir, {
      cwd: this.repo,
      ...options,
      env: { ...this.env, ...options.env },
    });
  }

  /** @throws when it fails */
  async git(...args: readonly string[]): Promise<string> {
    const ended = await run('git', args, this.dir, { cwd: this.repo });
    if (ended.exit !== 0) throw new Error(`git ${args.join(' ')}: ${ended.said}`);
    return ended.said.trim();
  }

  async commit(message: string): Promise<string> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  write(files: { readonly [path: string]: string | Uint8Array | null }): void {
    for (const [path, content] of Object.entries(files)) {
      const absolute = join(this.repo, path);
      if (content === null) rmSync(absolute, { recursive: true, force: true });
      else {
        mkdirSync(dirname(absolute), { recursive: true });
        writeFileSync(absolute, content);
      }
    }
  }

  /** A file beside the repository. */
  note(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text);
  }

  read(path: string): string {
    return readFileSync(join(this.repo, path), 'utf8');
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * `few`: one file of each kind, where every call costs two runs. `many`: more small files than make a pack, a large one,
 * four stages. `thousands`: enough for threads.
 */
export type Size = 'few' | 'many' | 'thousands';

const SMALL_FILES: { readonly [size in Size]: number } = { few: 1, many: 270, thousands: 3000 };

export type State =
  | 'fresh'
  | 'added'
  | 'made'
  | 'changed'
  | 'pushed'
  | 'cloned'
  | 'elsewhere'
  | 'littered'
  | 'damaged'
  | 'tried'
  | 'applied'
  | 'shared';

/** Where the states are kept and the cases are made. */
export interface Ground {
  /** A new case in that state. The first call for a state makes it. */
  take(state: State): Promise<Place>;
  /** An empty folder of one case. */
  empty(): Place;
  remove(): void;
}

export function openGround(size: Size = 'many'): Ground {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mlops-faults-')));
  const made = new Map<State, Promise<Place>>();
  let cases = 0;
  const copyOf = async (from: Place, name: string): Promise<Place> => {
    const copied = await run('cp', ['-a', from.dir, join(root, name)], root, { cwd: root });
    if (copied.exit !== 0) throw new Error(copied.said);
    return new Place(join(root, name));
  };
  const states = statesWith(size);
  const stateOf = (state: State): Promise<Place> => {
    const known = made.get(state);
    if (known) return known;
    const { from, make } = states[state];
    const making = (async () => {
      const place = from
        ? await copyOf(await stateOf(from), `state-${state}`)
        : new Place(join(root, `state-${state}`));
      await make(place);
      return place;
    })();
    made.set(state, making);
    return making;
  };
  return {
    take: async (state) => copyOf(await stateOf(state), `case-${++cases}`),
    empty: () => {
      const place = new Place(join(root, `case-${++cases}`));
      mkdirSync(place.repo, { recursive: true });
      return place;
    },
    remove: () => {
      if (!process.env['MLOPS_FAULTS_KEEP']) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** In a littered case: every object that was ever stored. */
export const LITTER = 'litter.json';

/** How each state is made, and from which. */
const statesWith = (size: Size): States => ({
  /** Data that nothing tracks yet. */
  fresh: { make: (place) => makeFresh(place, size) },
  /** Data added; no stage has run. */
  added: {
    from: 'fresh',
    make: async (place) => {
      await ok(place, ['add', ...DATA]);
      await place.commit('add data');
    },
  },
  /** Every stage has run. */
  made: {
    from: 'added',
    make: async (place) => {
      await ok(place, ['repro']);
      await place.commit('make it');
    },
  },
  /** A parameter changed, and one out was changed by hand: its bytes are stored nowhere. */
  changed: {
    from: 'made',
    make: async (place) =>
      place.write({ 'params.yaml': 'words: 2\n', 'work/parts/1.txt': 'changed by hand\n' }),
  },
  /** Everything is on the remote. */
  pushed: { from: 'made', make: async (place) => ok(place, ['push']) },
  /** A clone with nothing but what Git holds. */
  cloned: {
    from: 'pushed',
    make: async (place) => {
      await place.git('clone', '-q', place.repo, join(place.dir, 'clone'));
      rmSync(place.repo, { recursive: true });
      await run('mv', ['clone', 'repo'], place.dir, { cwd: place.dir });
    },
  },
  /** The store holds two versions; the workspace holds the second, Git's files are those of the first. */
  elsewhere: {
    from: 'made',
    make: async (place) => {
      const first = await place.git('rev-parse', 'HEAD');
      place.write({
        'params.yaml': 'words: 2\n',
        'data/raw/a.txt': 'another beginning\n',
        'data/raw/sub/new.txt': 'only in the second\n',
        'data/raw/sub/c.txt': null,
        'data/raw/big.bin': chance('another big file').bytes(1_300_000),
      });
      chmodSync(join(place.repo, 'data/raw/run.sh'), 0o644);
      await ok(place, ['repro']);
      await place.commit('the second');
      await place.git('checkout', '-q', first);
    },
  },
  /** Most of a pack and some files belong to a version that nobody kept. */
  littered: {
    from: 'fresh',
    make: async (place) => {
      await ok(place, ['add', ...DATA]);
      for (let i = 1; i < 200; i++) place.write({ [`data/many/${i % 5}/${i}.txt`]: null });
      place.write({
        'data/many/0/0.txt': 'rewritten\n',
        'data/raw/big.bin': chance('another').bytes(1_300_000),
      });
      await ok(place, ['repro']);
      await place.commit('the one that is kept');
      place.note(LITTER, JSON.stringify([...inspect(filesIn(place.store), 'read').objects.keys()]));
    },
  },
  /** One experiment has its result, another waits. `server.git` has neither. */
  tried: {
    from: 'made',
    make: async (place) => {
      await place.git('init', '-q', '--bare', '-b', 'main', join(place.dir, 'server.git'));
      await place.git('remote', 'add', 'origin', '../server.git');
      await place.git('push', '-q', 'origin', 'main');
      await ok(place, ['exp', 'run', '--isolated', '-n', 'best', '-S', 'words=2']);
      await ok(place, ['exp', 'run', '--queue', '-n', 'next', '-S', 'words=3']);
    },
  },
  /** What an experiment changed stands in the workspace. */
  applied: { from: 'tried', make: async (place) => ok(place, ['exp', 'apply', 'best']) },
  /** An experiment and its data can be had from others. */
  shared: {
    from: 'tried',
    make: async (place) => {
      await ok(place, ['exp', 'push', 'origin', 'best']);
      await place.git('clone', '-q', join(place.dir, 'server.git'), join(place.dir, 'clone'));
      await place.git('-C', join(place.dir, 'clone'), 'remote', 'set-url', 'origin', '../server.git');
      rmSync(place.repo, { recursive: true });
      await run('mv', ['clone', 'repo'], place.dir, { cwd: place.dir });
    },
  },
  /** Something of each kind in the store has another byte; the remote and the workspace have what was there. */
  damaged: {
    from: 'pushed',
    make: async (place) => {
      for (const kind of ['objects', 'packs', 'index', 'runs'])
        for (const file of existsSync(join(place.store, kind))
          ? filesBelow(place.store, kind).slice(0, 3)
          : [])
          flip(file);
    },
  },
});

/** Turns one bit in the middle. */
export function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 4;
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
}

function filesBelow(folder: string, ...below: readonly string[]): string[] {
  const at = join(folder, ...below);
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort();
}

type States = {
  readonly [state in State]: { readonly from?: State; readonly make: (place: Place) => Promise<void> };
};

export const DATA = ['data/raw', 'data/many'] as const;

/** All that a tree can hold, a file too large for a pack, and files that are none of mlops' business. */
async function makeFresh(place: Place, size: Size): Promise<void> {
  mkdirSync(place.repo, { recursive: true });
  await place.git('init', '-q', '-b', 'main');
  const small: { [path: string]: string } = {};
  for (let i = 0; i < SMALL_FILES[size]; i++) small[`data/many/${i % 5}/${i}.txt`] = `line ${i} of many\n`;
  place.write({
    '.mlops/config.yaml': 'remotes:\n  o:\n    url: ../remote\nremote: o\n',
    'pipeline.yaml': pipelineOf(size),
    'params.yaml': 'words: 1\n',
    'notes.txt': 'mine, and in Git\n',
    'scratch.txt': 'mine, and in nobody else\n',
    'data/raw/a.txt': 'in the beginning\n',
    'data/raw/sub/c.txt': 'and it was hashed\n',
    'data/raw/sub/deep/d.txt': 'deeply\n',
    'data/raw/run.sh': '#!/bin/sh\necho hello\n',
    'data/raw/big.bin': chance('a big file').bytes(1_300_000),
    'data/raw/.mlopsignore': '*.log\n',
    'data/raw/own.log': 'ignored, and still mine\n',
    ...(size === 'few' ? {} : MORE),
    ...small,
  });
  chmodSync(join(place.repo, 'data/raw/run.sh'), 0o755);
  symlinkSync('a.txt', join(place.repo, 'data/raw/link'));
  mkdirSync(join(place.repo, 'data/raw/empty'));
  await place.git('add', 'notes.txt', 'pipeline.yaml', 'params.yaml', '.mlops');
  await place.git('commit', '-q', '-m', 'begin');
}

const MORE = {
  'data/raw/b.txt': 'was the word\n',
  'data/raw/sub/é ü.txt': 'accents\n',
};

function pipelineOf(size: Size): string {
  const parts = size !== 'few' ? '1 2 3 4 5 6 7 8' : '1 3';
  return `stages:
  gather:
    cmd: mkdir -p work && cat data/raw/*.txt data/raw/sub/deep/*.txt > work/all.txt
    deps: [data/raw]
    outs: [work/all.txt]
  split:
    cmd: mkdir -p work/parts && for i in ${parts}; do cut -d' ' -f-\${words} work/all.txt | sed "s/$/ $i/" > work/parts/$i.txt; done
    deps: [work/all.txt]
    params: [words]
    outs: [work/parts]
  count:
    cmd: echo "{\\"lines\\":$(cat work/parts/*.txt data/many/*/*.txt | wc -l)}" > metrics.json
    deps: [work/parts, data/many]
    metrics: [metrics.json]
${size !== 'few' ? COPY : ''}`;
}

const COPY = `  copy:
    cmd: cat data/raw/big.bin work/parts/3.txt > work/big.bin
    deps: [data/raw, work/parts]
    outs: [work/big.bin]
`;

/** @throws when the program fails */
export async function ok(place: Place, args: readonly string[], options: Options = {}): Promise<void> {
  const ended = await place.mlops(args, options);
  if (ended.exit !== 0) throw new Error(`mlops ${args.join(' ')}: exit ${ended.exit}\n${ended.said}`);
}

/** Nothing of the machine's or the user's own settings gets in. */
async function run(file: string, args: readonly string[], home: string, options: Options): Promise<Ended> {
  const { fault, env, cwd, started } = options;
  const child = spawn(file, args, {
    cwd: cwd ?? home,
    detached: true, // so that a kill of its group does not reach the test
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: home,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
      ...env,
      ...(fault
        ? {
            NODE_OPTIONS: `--import ${PRELOAD}`,
            MLOPS_FAULT: JSON.stringify({ below: [home], calls: 'changes', ...fault }),
          }
        : {}),
    },
  });
  if (child.pid !== undefined) started?.(child.pid);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { exit: code ?? (signal === 'SIGKILL' ? 137 : 128), said };
}
