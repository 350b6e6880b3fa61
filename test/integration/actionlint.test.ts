// What actionlint says of the workflows: of expressions, contexts, events, and of what each action is given.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const ACTIONLINT = process.env['MLOPS_ACTIONLINT'] ?? 'actionlint';
const found = spawnSync(ACTIONLINT, ['--version']).status === 0;
if (!found)
  console.warn(
    'skipped: no actionlint here. Get one: "go install github.com/rhysd/actionlint/cmd/actionlint@latest", then put it on PATH or set MLOPS_ACTIONLINT to it.',
  );

/** A repository with the action at its top and the workflows where GitHub looks for them; the published name is the action itself. */
function repository(): string {
  const path = mkdtempSync(join(tmpdir(), 'mlops-lint-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(join(path, '.git'));
  mkdirSync(join(path, '.github/workflows'), { recursive: true });
  cpSync(join(ROOT, 'action.yml'), join(path, 'action.yml'));
  for (const folder of ['docs/ci', '.github/workflows'])
    for (const name of readdirSync(join(ROOT, folder)).filter(
      (each) => each.endsWith('.yml') && each !== 'gitlab-ci.yml',
    ))
      writeFileSync(
        join(path, '.github/workflows', name),
        readFileSync(join(ROOT, folder, name), 'utf8').replaceAll('mlops/mlops@v0', './'),
      );
  return path;
}

function lint(cwd: string): string {
  const { stdout, stderr } = spawnSync(ACTIONLINT, ['-no-color', '-oneline'], { cwd, encoding: 'utf8' });
  return stdout + stderr;
}

it.skipIf(!found)('finds nothing in the workflows, nor in what they give the action', () => {
  expect(lint(repository())).toBe('');
});

it.skipIf(!found)('would find an input that the action does not have', () => {
  const path = repository();
  const file = join(path, '.github/workflows/drift-watch.yml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('issue: drift', 'issues: drift'));
  expect(lint(path)).toMatch(/drift-watch\.yml:\d+:\d+: input "issues" is not defined in action "mlops"/);
});
