// A notebook, run headless from its first cell to its last.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ActionContext, ActionResult } from '../../../core/action.ts';
import { type Failure, fail, failure, MlopsError } from '../../../core/failure.ts';
import { isErrno, orAbsent } from '../../../util/errno.ts';
import type { NotebookOptions } from './options.ts';
import { NOTEBOOK_SCRIPT } from './script.ts';

type Said =
  | { readonly kind: 'done'; readonly cells: number }
  | {
      readonly kind: 'failed';
      readonly cell: number;
      readonly of: number;
      readonly name: string;
      readonly message: string;
    }
  | { readonly kind: 'absent' | 'kernel'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'language'; readonly language: string }
  | { readonly kind: 'died' };

/** @throws MlopsError when a cell fails, or there is no Jupyter to run it with */
export async function runNotebook(options: NotebookOptions, io: ActionContext): Promise<ActionResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-notebook-'));
  try {
    const asked = join(folder, 'asked.json');
    const script = join(folder, 'notebook.py');
    const answer = join(folder, 'answer.json');
    const { path, params, output, kernel } = options;
    const place = { path: resolve(io.cwd, path), output: resolve(io.cwd, output), cwd: io.cwd };
    writeFileSync(asked, JSON.stringify({ ...place, params, kernel, answer }));
    writeFileSync(script, NOTEBOOK_SCRIPT);
    const exit = await runPython(options.python, [script, asked], io);
    const said = orAbsent(() => JSON.parse(readFileSync(answer, 'utf8')) as Said, undefined);
    if (!said) return fail('stage', `${options.python} ended with exit code ${exit} before the notebook did`);
    const trouble = troubleOf(said, options);
    if (trouble) throw new MlopsError(trouble);
    return { uses: {} };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runPython(
  python: string,
  args: readonly string[],
  { cwd, signal }: ActionContext,
): Promise<number | null> {
  try {
    const child = spawn(python, args, { cwd, signal, stdio: ['ignore', 'inherit', 'inherit'] });
    const [exit] = (await once(child, 'close')) as [number | null];
    return exit;
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return fail('missing', `notebooks are run with ${python}, which is not there`, {
      help: 'install Python, or name one: notebook: {python: .venv/bin/python}',
    });
  }
}

function troubleOf(said: Said, { path, python, output }: NotebookOptions): Failure | undefined {
  switch (said.kind) {
    case 'done':
      return undefined;
    case 'failed':
      return failure(
        'stage',
        `${path} failed in cell ${said.cell} of ${said.of}: ${said.name}: ${said.message}`,
        {
          help: `its traceback is in the log; run it by hand: jupyter notebook ${path}`,
        },
      );
    case 'absent':
      return failure('missing', `notebooks are run with Jupyter, and ${python} has no ${said.name}`, {
        help: `${python} -m pip install nbclient ipykernel, or name another: notebook: {python: .venv/bin/python}`,
      });
    case 'kernel':
      return failure('missing', `${path} asks for the kernel "${said.name}", which is not installed`, {
        help: 'jupyter kernelspec list shows those that are; choose one: notebook: {kernel: python3}',
      });
    case 'unreadable':
      return failure('config', `${path} is no notebook: ${said.message}`);
    case 'language':
      return failure('config', `params can be set in a notebook in Python; ${path} is in ${said.language}`);
    case 'died':
      return failure('stage', `the kernel of ${path} died`, {
        help: `out of memory? ${output} holds what ran`,
      });
  }
}
