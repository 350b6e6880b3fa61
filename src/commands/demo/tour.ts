// The tour as data: what is typed, how it should end, and what to notice. demo/play.ts plays it with the real program.
import { basename } from 'node:path';
import type { ExitName } from '../../core/failure.ts';
import type { Places } from './repository.ts';

export interface Step {
  /** Said before. */
  readonly before: string;
  readonly lines: readonly Line[];
  /** Said after, where the output is worth a word. */
  readonly after?: string;
}

export type Line =
  | {
      readonly kind: 'run';
      readonly program: 'mlops' | 'git';
      readonly args: readonly string[];
      /** Absolute. */
      readonly cwd: string;
      readonly exit: ExitName;
    }
  /** Replaces text that stands once in a file. */
  | { readonly kind: 'edit'; readonly file: string; readonly was: string; readonly now: string };

export function tourOf({ top, remote, colleague }: Places): readonly Step[] {
  const run = (
    program: 'mlops' | 'git',
    args: readonly string[],
    exit: ExitName = 'ok',
    cwd = top,
  ): Line => ({
    kind: 'run',
    program,
    args,
    cwd,
    exit,
  });
  const mlops = (...args: readonly string[]): Line => run('mlops', args);
  const git = (...args: readonly string[]): Line => run('git', args);
  return [
    {
      before:
        'First run: nothing has run before, so all four stages do. The gates judge the model on a year it never saw.',
      lines: [mlops('repro')],
    },
    {
      before: 'Is that good? metrics/rule.json scores a rule without a model: tomorrow will be like today.',
      lines: [mlops('metrics', 'show')],
      after:
        'A yes or no from the forest is right about as often as the rule (accuracy). It knows better how sure to be (roc_auc).',
    },
    {
      before: 'Commit code, lock and reports; Git ignores the data. Then run again: nothing to do.',
      lines: [git('add', '-A'), git('commit', '-qm', 'first model'), mlops('repro')],
    },
    {
      before:
        'Someone wants a smaller model: one tree instead of a hundred. Only what follows from it runs again, and the gates say no.',
      lines: [
        { kind: 'edit', file: 'params.json', was: '"trees": 100', now: '"trees": 1' },
        run('mlops', ['repro'], 'gate'),
      ],
    },
    {
      before: 'Take it back. The earlier results were kept: nothing is computed again.',
      lines: [git('restore', 'params.json'), mlops('repro')],
    },
    {
      before:
        'Share it. Code travels through Git; data, models and runs through a remote: a bucket or, here, a folder.',
      lines: [
        mlops('remote', 'add', '--default', 'shared', `../${basename(remote)}`),
        git('add', '-A'),
        git('commit', '-qm', 'share results'),
        mlops('push'),
      ],
    },
    {
      before: 'A colleague clones the repository. What ran here does not run there.',
      lines: [
        git('clone', '-q', '.', `../${basename(colleague)}`),
        run('mlops', ['repro', '--pull'], 'ok', colleague),
      ],
    },
    {
      before: 'A year passes, and what really happened in 2015 comes in. Only the watch has to look again.',
      lines: [mlops('demo', 'next'), mlops('repro')],
      after: '2015 was a little warmer. The inputs look the same, the model held: keep it.',
    },
    {
      before:
        'Would another forest do better? Four experiments, two at a time, each in a work tree of its own: your files stay as they are.',
      lines: [
        git('add', '-A'),
        git('commit', '-qm', 'the year 2015'),
        mlops('exp', 'run', '--queue', '-n', 'forest', '-S', 'train.trees=50,200', '-S', 'train.depth=4,8'),
        mlops('exp', 'run', '--all', '-j', '2'),
        mlops('exp', 'show', '--sort', 'accuracy', '--columns', 'trees,depth,accuracy,log_loss'),
      ],
      after: 'Half the trees do as well. All four are commits on refs of their own: nothing is in the way.',
    },
    {
      before: 'Take the best one along: its params, its lock, and its model out of the store.',
      lines: [mlops('exp', 'apply', 'forest-2'), mlops('repro')],
    },
  ];
}

/** A line as a person would type it. */
export function typed(line: Line & { readonly kind: 'run' }): string {
  return [line.program, ...line.args]
    .map((word) => (/[\s"]/.test(word) ? JSON.stringify(word) : word))
    .join(' ');
}
