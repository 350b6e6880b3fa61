// Notebooks, run by the real Jupyter. MLOPS_PYTHON names the interpreter (default python3).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectExit, words } from '../e2e/story.ts';
import { openRig } from '../rig.ts';

const PYTHON = process.env['MLOPS_PYTHON'] ?? 'python3';
const ready = spawnSync(PYTHON, ['-c', 'import nbclient, ipykernel']).status === 0;
if (!ready) console.warn(`skipped: ${PYTHON} has no Jupyter: ${PYTHON} -m pip install nbclient ipykernel`);

const code = (source: string, ...tags: readonly string[]) => ({
  cell_type: 'code',
  execution_count: null,
  id: `cell-${source.length}`,
  metadata: tags.length > 0 ? { tags } : {},
  outputs: [],
  source,
});
const notebook = (...cells: readonly object[]) => ({
  cells,
  metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
});
const TRAIN = notebook(
  code('trees = 1', 'parameters'),
  code('rows = open("in.csv").read().split()'),
  code('open("model.txt", "w").write(f"{trees} trees, {len(rows)} rows")\nprint("trained", trees)'),
);

async function rigWith(content: object, options: object = {}, more: object = {}) {
  const rig = await openRig();
  rig.write({
    'train.ipynb': JSON.stringify(content),
    'in.csv': 'a\nb\nc\n',
    'pipeline.yaml': {
      stages: {
        train: {
          notebook: { path: 'train.ipynb', python: PYTHON, ...options },
          deps: ['in.csv'],
          outs: ['model.txt'],
          ...more,
        },
      },
    },
  });
  return rig;
}

describe.skipIf(!ready)('a notebook as a stage (needs: pip install nbclient ipykernel)', () => {
  it('runs with its parameters, shows what it prints, keeps its results, and is cached', async () => {
    const rig = await rigWith(TRAIN, { params: { trees: 30 } });
    expectExit(await rig.mlops('repro'), 0);
    expect(rig.read('model.txt')).toBe('30 trees, 3 rows');
    expect(words(await rig.mlops('logs', 'train'))).toContain('trained 30');
    const done = JSON.parse(rig.read('notebooks/train.ipynb'));
    expect(done.cells[1].source).toContain('trees = 30');
    expect(done.cells[3].outputs[0].text).toEqual(['trained 30\n']);
    expect(words(expectExit(await rig.mlops('repro'), 0))).toContain('nothing to do');
    const bytes = rig.read('notebooks/train.ipynb');
    expectExit(await rig.mlops('repro', '--force'), 0);
    expect(rig.read('notebooks/train.ipynb')).toBe(bytes);
  });

  it('fails with the cell and the error, and costs no earlier result', async () => {
    const rig = await rigWith(TRAIN);
    expectExit(await rig.mlops('repro'), 0);
    const broken = notebook(...TRAIN.cells, code('raise ValueError("no luck")'));
    rig.write({ 'train.ipynb': JSON.stringify(broken) });
    const failed = words(expectExit(await rig.mlops('repro'), 1));
    expect(failed).toContain('train.ipynb failed in cell 4 of 4: ValueError: no luck');
    expect(rig.read('model.txt')).toBe('1 trees, 3 rows');
  });

  it.each([
    [{ kernel: 'klingon' }, 'asks for the kernel "klingon", which is not installed'],
    [{ python: './no-python' }, 'notebooks are run with ./no-python, which is not there'],
  ])('%j', async (options, said) => {
    const rig = await rigWith(TRAIN, options);
    const failed = await rig.mlops('repro');
    expect(words(failed)).toContain(said);
    expect(failed.exit).not.toBe(0);
    expect(existsSync(join(rig.path, 'model.txt'))).toBe(false);
  });

  it('is refused when it is none', async () => {
    const rig = await rigWith({ cells: 3 });
    expect(words(expectExit(await rig.mlops('repro'), 4))).toContain('train.ipynb is no notebook');
  });
});
