// The README is a promise: its tour is typed here, line by line, through the real program, and what it shows must appear.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const MLOPS = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'bin/mlops.js'))}`;

interface Typed {
  readonly command: string;
  /** The lines shown under it. */
  readonly shown: readonly string[];
}

describe('README', () => {
  it('names the two commands that CI and newcomers type', () => {
    expect(README).toContain('\n$ npm ci && npm run demo\n');
    expect(README).toContain('\n$ npm ci && npm test\n');
  });

  it('shows the pipeline of the demo', () => {
    const shown = parse(/```yaml\n([\s\S]*?)```/.exec(README)![1]!) as object;
    const real = parse(readFileSync(join(ROOT, 'fixtures/demo/repository/pipeline.yaml'), 'utf8')) as {
      stages: { watch: { drift: { advice?: unknown } } };
    };
    delete real.stages.watch.drift.advice;
    expect(shown).toEqual(real);
  });

  it('leads only to files that are there', () => {
    const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });

  it('has a tour that works as it is typed', { timeout: 120_000 }, () => {
    const root = mkdtempSync(join(tmpdir(), 'mlops-readme-'));
    try {
      type(root, 'mlops demo --no-play');
      for (const { command, shown } of tour()) {
        const got = type(join(root, 'weather'), command);
        for (const line of shown) expect(shape(got), `$ ${command}\n${got}`).toContain(shape(line));
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

/** Output and talk of a command line, in a shell that knows `mlops` and somebody's name. */
function type(cwd: string, command: string): string {
  const who = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.org',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.org',
  };
  const env = { ...who, PATH: process.env['PATH'], HOME: cwd, TZ: 'UTC', GIT_CONFIG_NOSYSTEM: '1' };
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', command.replace(/^mlops /, `${MLOPS} `)], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

/** The console blocks between "Five minutes" and the next heading. */
function tour(): Typed[] {
  const part = README.slice(README.indexOf('## Five minutes'), README.indexOf('## In your own repository'));
  return [...part.matchAll(/```console\n([\s\S]*?)```/g)].flatMap((block) => typedIn(block[1]!));
}

function typedIn(block: string): Typed[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command, ...shown] = text.trimEnd().split('\n');
      return { command: command!, shown };
    });
}

/** Times, commit names and spaces differ between runs; numbers of the model do not. */
function shape(text: string): string {
  return text
    .replace(/\d+(\.\d+)? s\b/g, 'T')
    .replace(/baseline [0-9a-f]{7}/g, 'baseline C')
    .replace(/\d+ kB/g, 'S')
    .replace(/ +/g, ' ');
}
