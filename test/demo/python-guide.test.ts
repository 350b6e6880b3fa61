// The guide shows the files that test/integration/python.test.ts runs; here they are the same, with or without Python.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('docs/guides/python.md', () => {
  const guide = read('docs/guides/python.md');

  it.each(['pipeline.yaml', 'params.json', 'src/prepare.py', 'src/train.py'])(
    'shows fixtures/python/%s as it is',
    (path) => {
      expect(guide).toContain(`\n${read(`fixtures/python/${path}`)}\`\`\`\n`);
    },
  );

  it('installs what requirements.txt lists', () => {
    const packages = read('fixtures/python/requirements.txt').trim().split('\n');
    expect(guide).toContain(`$ pip install ${packages.join(' ')}\n`);
  });
});
