// What the documents show is loaded as a user's file would be, and where they lead there is something.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/commands/index.ts';
import type { RepoPath } from '../../src/core/ids.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';
import { actions } from '../../src/run/actions/registry.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
  'fixtures/demo/repository/README.md',
];

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');

  it('shows pipelines that load', () => {
    for (const block of pipelinesIn(text)) {
      const file = 'pipeline.yaml' as RepoPath;
      const read = (each: RepoPath) => (each === file ? block : '{"train": {}}');
      expect(loadPipeline({ files: [file], read }, actions).stages.size, block).toBeGreaterThan(0);
    }
  });

  it('leads to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link]) => link!);
    const files = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(files.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  it('leads to headings that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s:]*\.md|)#([^)\s]+)\)/g)];
    const lost = links.filter(([, file, heading]) => {
      const target = file === '' ? text : readFileSync(join(ROOT, dirname(path), file!), 'utf8');
      return !headingsOf(target).includes(heading!);
    });
    expect(lost.map(([link]) => link)).toEqual([]);
  });

  it('types commands that there are', () => {
    const blocks = [...text.matchAll(/```(?:console|sh)\n([\s\S]*?)```/g)].map(([, block]) => block!);
    const typed = blocks.flatMap((block) =>
      [...block.matchAll(/^(?:\$ )?mlops (\w+)/gm)].map(([, name]) => name!),
    );
    expect(typed.filter((name) => COMMANDS[name] === undefined)).toEqual([]);
  });
});

/** As GitHub calls them in links. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Blocks of YAML that are a whole pipeline.yaml. */
function pipelinesIn(text: string): string[] {
  return [...text.matchAll(/```ya?ml\n([\s\S]*?)```/g)]
    .map(([, block]) => block!)
    .filter((block) => {
      const value = parse(block) as { stages?: unknown } | null;
      return typeof value === 'object' && value !== null && value.stages !== undefined;
    });
}

it('finds the pipelines that it is meant to check', () => {
  const found = DOCUMENTS.flatMap((path) => pipelinesIn(readFileSync(join(ROOT, path), 'utf8')));
  expect(found.length).toBeGreaterThanOrEqual(2);
});
