import { existsSync, readdirSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { filesNamed } from '../git/files.ts';
import { type Repository, requireRepository } from '../git/repository.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { plural } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { writeLockAttributes } from './lock-attributes.ts';
import { print } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('git init && mlops init')).action(run(() => init(io)));
}

function init(io: Io): ExitName {
  const repo = requireRepository(io.cwd);
  const dvc = describeDvc(repo);
  if (dvc) {
    print(io, dvc);
    return 'ok';
  }
  const made = [
    ...writeAbsent(repo, '.mlops/config.yaml', CONFIG),
    ...writeLockAttributes(repo),
    ...(filesNamed(repo, 'pipeline.yaml').length ? [] : writeAbsent(repo, 'pipeline.yaml', PIPELINE)),
  ];
  print(io, made.length ? `made ${made.join(' ')}` : 'this is an mlops project already; nothing was changed');
  if (made.length) print(io, 'next: mlops git install · mlops add DATA · edit pipeline.yaml · mlops repro');
  return 'ok';
}

const CONFIG = `# Settings of this project; what is yours alone goes to "mlops config --local".
# remotes:
#   origin: {url: s3://bucket/prefix}
`;

const PIPELINE = `# What makes what. "mlops stage add" writes stages here too; "mlops repro" runs what changed.
#
# data:
#   data/raw: {}
# stages:
#   train:
#     cmd: python train.py
#     deps: [train.py, data/raw]
#     params: [train]
#     outs: [models/model.onnx]
#   judge:
#     evaluate: {model: models/model.onnx, data: data/test.csv, target: label, gates: {accuracy: {min: 0.9}}}
`;

function writeAbsent(repo: Repository, path: string, text: string): string[] {
  if (existsSync(`${repo.top}/${path}`)) return [];
  writeAtomic(`${repo.top}/${path}`, text);
  return [path];
}

/** In a DVC repository: what is there and what it would mean. Nothing is touched. */
function describeDvc(repo: Repository): string | undefined {
  if (!existsSync(`${repo.top}/.dvc`)) return undefined;
  const pipelines = filesNamed(repo, 'dvc.yaml');
  const pointers = countPointers(repo.top);
  const found = [plural(pipelines.length, 'dvc.yaml file'), plural(pointers, '.dvc file')].join(', ');
  return [
    `this is a DVC repository: ${found}. Nothing was touched.`,
    'Both tools can live side by side: mlops keeps its own pipeline.yaml, pipeline.lock and store.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it speaks of the syntax
    'To move a stage over, copy it from dvc.yaml to pipeline.yaml: cmd, deps, params, outs, metrics, foreach, matrix and ${} mean the same.',
    'To track a data set here, "dvc checkout" it, then: git rm --cached NAME.dvc && mlops add NAME',
    'Write an empty pipeline.yaml ("stages: {}") to start.',
  ].join('\n');
}

function countPointers(top: string): number {
  return readdirSync(top, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.dvc') && !/(^|\/)(node_modules|\.git)\//.test(path) && path !== '.dvc',
  ).length;
}
