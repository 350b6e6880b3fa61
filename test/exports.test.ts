// What src/ exports, somebody imports. A name that only its own file uses is not exported; one that nothing uses is not kept.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const EXPORT = /^export (?:async )?(?:function\*?|class|const)\s+(\w+)/gm;
const SPECIFIER = /(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g;

/** Used by no file of src/, and why it stays. */
const KEPT: { readonly [name: string]: string } = {
  'src/mlops.ts list': 'programs import it, as types/mlops.d.ts says',
  'src/pipeline/schema.ts pipelineSchema': 'its test writes the published docs/schema/pipeline.schema.json',
  'src/ml/onnx/write.ts writeForest': 'the demo gives this file to its repository, which calls it',
  'src/ml/onnx/write.ts writeLogisticRegression':
    'the demo gives this file to its repository, which calls it',
};

const texts = new Map<string, string>(
  ['src', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [`${folder}/${path}`, readFileSync(join(ROOT, folder, path), 'utf8')] as const),
  ),
);

/** File → the files that import it, dynamically too. */
const importers = new Map<string, string[]>();
for (const [file, text] of texts)
  for (const [, specifier] of text.matchAll(SPECIFIER)) {
    const to = relative(ROOT, resolve(ROOT, dirname(file), specifier!));
    importers.set(to, [...(importers.get(to) ?? []), file]);
  }

const exported = [...texts]
  .filter(([file]) => file.startsWith('src/'))
  .flatMap(([file, text]) => [...text.matchAll(EXPORT)].map(([, name]) => ({ file, name: name! })))
  // The interface of a command: cli.ts loads its file by name, and calls `build`.
  .filter(({ file, name }) => !(file.startsWith('src/commands/') && name === 'build'));

function mentions(file: string, name: string): number {
  return texts.get(file)!.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}

function users(file: string, name: string): string[] {
  return (importers.get(file) ?? []).filter((each) => mentions(each, name) > 0);
}

it('exports nothing that nobody imports', () => {
  const unused = exported.filter(({ file, name }) => users(file, name).length === 0);
  expect(unused.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});

it('keeps nothing that only tests use', () => {
  const unused = exported
    .filter(
      ({ file, name }) =>
        mentions(file, name) === 1 && !users(file, name).some((user) => user.startsWith('src/')),
    )
    .map(({ file, name }) => `${file} ${name}`);
  expect(unused).toEqual(Object.keys(KEPT));
});
