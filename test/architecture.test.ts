// The direction of imports as code. Changing this table is a design decision with a commit of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What runs pipelines, and what that stands on. */
const ENGINE: readonly string[] = [
  'config',
  'core',
  'util',
  'pipeline',
  'lockfile',
  'git',
  'store',
  'ml',
  'remote',
  'source',
  'run',
  'search',
];

/** Folder → folders it may import besides itself. Files directly in src/ are the top. */
const MAY_IMPORT: { readonly [folder: string]: readonly string[] } = {
  util: ['core'], // types only; checked below
  core: ['util'],
  pipeline: ['core', 'util'],
  lockfile: ['core', 'util'],
  git: ['core', 'util'],
  store: ['core', 'util'],
  ml: ['core', 'util'],
  search: ['core', 'util'],
  plots: ['core', 'util'],
  interop: ['core', 'util', 'plots'],
  render: ['core', 'util', 'ml', 'plots'], // ml: the types of its reports; plots: those of its series
  browser: ['core', 'util', 'render', 'experiments'], // what pages run; of the last two only what is pure
  remote: ['core', 'util', 'store'],
  config: ['core', 'util', 'git', 'remote'], // git: the settings of a commit
  source: ['core', 'util', 'config', 'lockfile', 'git', 'store', 'remote'],
  run: ['core', 'util', 'pipeline', 'lockfile', 'git', 'store', 'ml', 'remote', 'source'],
  experiments: ENGINE,
  ci: ['core', 'util', 'git', 'lockfile'], // where a job runs, what its host is asked for; locks committed back
  commands: [...ENGINE, 'experiments', 'ci', 'plots', 'interop', 'render', '.'],
  '.': [
    'config',
    'core',
    'util',
    'pipeline',
    'lockfile',
    'git',
    'store',
    'remote',
    'source',
    'run',
    'render',
    'commands',
  ],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort();
const imports = files.flatMap(importsOf).filter(({ to }) => to.endsWith('.ts'));

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/gm,
    ),
  ];
  return found.map(([, type, named, bare, dynamic]) => ({
    from: file,
    to: relative(SRC, resolve(SRC, dirname(file), (named ?? bare ?? dynamic)!)),
    typeOnly: type !== undefined,
  }));
}

function folderOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : '.';
}

describe('architecture', () => {
  it('reads every source file', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('lets imports point one way only', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        folderOf(from) !== folderOf(to) && !(MAY_IMPORT[folderOf(from)] ?? []).includes(folderOf(to)),
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('is drawn in docs/architecture.md', () => {
    const allowed = Object.entries(MAY_IMPORT).flatMap(([from, folders]) =>
      folders.map((to): Edge => [from, to]),
    );
    // Said below the picture in words.
    const aside = new Set(['util core', 'commands .']);
    expect(drawn().sort()).toEqual(reduced(allowed.filter((edge) => !aside.has(edge.join(' ')))).sort());
  });

  it('lets util take only types from core', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) => folderOf(from) === 'util' && folderOf(to) === 'core' && !typeOnly,
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no import cycle, type imports included', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
    expect(findCycle(next)).toEqual([]);
  });

  it('keeps packages that cost time out of what every command loads', () => {
    const heavy = [
      '@aws-sdk/client-s3',
      '@aws-sdk/credential-provider-web-identity',
      '@duckdb/node-api',
      '@gitbeaker/requester-utils',
      '@gitbeaker/rest',
      '@octokit/core',
      '@octokit/plugin-paginate-rest',
      '@resvg/resvg-wasm',
      'execa',
      'isomorphic-git',
      'onnxruntime-node',
    ];
    const eager = reachable(
      'cli.ts',
      imports.filter((each) => !isDynamic(each)),
    );
    const wrong = [...eager].flatMap((file) =>
      heavy
        .filter((name) =>
          new RegExp(`^import\\s(?!type)[^';]*'${name}'`, 'm').test(readFileSync(join(SRC, file), 'utf8')),
        )
        .map((name) => `${file} → ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('spreads no list of files or objects into the arguments of a call', () => {
    // From about 100,000 on, that is a stack overflow.
    const wrong = files.filter(
      (file) =>
        ['store', 'remote'].includes(folderOf(file)) &&
        /(push|unshift|min|max)\(\.\.\./.test(withoutComments(readFileSync(join(SRC, file), 'utf8'))),
    );
    expect(wrong).toEqual([]);
  });

  it('prints and exits only in render/ and cli.ts', () => {
    const wrong = files.filter(
      (file) =>
        folderOf(file) !== 'render' &&
        file !== 'cli.ts' &&
        /process\.(stdout|stderr|exit\b)|console\./.test(
          withoutComments(readFileSync(join(SRC, file), 'utf8')),
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('never sorts by locale', () => {
    expect(
      files.filter((file) =>
        /localeCompare|Intl\.Collator/.test(withoutComments(readFileSync(join(SRC, file), 'utf8'))),
      ),
    ).toEqual([]);
  });
});

type Edge = readonly [from: string, to: string];

/** The arrows of the mermaid picture: `a & b --> c & d` is four. */
function drawn(): string[] {
  const text = readFileSync(resolve(SRC, '../docs/architecture.md'), 'utf8');
  const nodes = (side: string): string[] =>
    side.split('&').map((node) => node.trim().replace(/^top(\[.*\])?$/, '.'));
  return [...text.matchAll(/^ {2}(.+?) --> (.+)$/gm)].flatMap(([, from, to]) =>
    nodes(from!).flatMap((a) => nodes(to!).map((b) => `${a} → ${b}`)),
  );
}

/** Without the arrows that follow from others. */
function reduced(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reaches = (from: string, to: string): boolean =>
    (next.get(from) ?? []).some((each) => each === to || reaches(each, to));
  return edges
    .filter(([from, to]) => !next.get(from)!.some((each) => each !== to && reaches(each, to)))
    .map(([from, to]) => `${from} → ${to}`);
}

function isDynamic({ from, to }: Import): boolean {
  const text = readFileSync(join(SRC, from), 'utf8');
  const path = relative(dirname(join(SRC, from)), join(SRC, to));
  const specifier = path.startsWith('.') ? path : `./${path}`;
  return (
    text.includes(`import('${specifier}')`) &&
    !new RegExp(`from\\s+'${specifier.replaceAll('.', '\\.')}'`).test(text)
  );
}

function reachable(start: string, edges: readonly Import[]): Set<string> {
  const seen = new Set([start]);
  for (const file of seen)
    for (const { from, to } of edges) if (from === file && to.endsWith('.ts')) seen.add(to);
  return seen;
}

function findCycle(next: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const to of next.get(file) ?? []) {
      const cycle = visit(to, [...trail, file]);
      if (cycle.length) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle.length) return cycle;
  }
  return [];
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
