// `mlops ci`: a job from end to end. Its two halves can be typed alone, for the second holds a token and the first runs
// people's code.
import type { Command } from 'commander';
import { worstExit } from '../core/failure.ts';
import {
  type PostFlags,
  type RunFlags,
  withFrom,
  withImages,
  withName,
  withPlaceFlags,
  withPostFlags,
  withRunFlags,
} from './ci/flags.ts';
import { examples, type Io, type Run } from './command.ts';

const DRY = ['--dry', 'say what would be done; do nothing'] as const;

export function build(command: Command, io: Io, run: Run): void {
  // The halves have flags of the same names as the whole.
  command.enablePositionalOptions();
  withName(withImages(withPostFlags(withRunFlags(withPlaceFlags(command)))))
    .option(...DRY)
    .addHelpText(
      'after',
      examples(
        'mlops ci',
        'mlops ci --dry',
        'mlops ci --command "repro --pull train" --fail-on stage',
        'mlops ci run      # without a token: runs, and leaves a report',
        'mlops ci post     # with a token: runs nothing, posts that report',
      ),
    )
    .action(run((flags: RunFlags & PostFlags) => both(io, flags)));
  withImages(withRunFlags(withPlaceFlags(command.command('run'))))
    .description('run, judge and leave a report; needs no token')
    .option(...DRY)
    .action(run(async (flags: RunFlags) => (await import('./ci/run.ts')).runJob(io, flags)));
  withName(withImages(withFrom(withPostFlags(withPlaceFlags(command.command('post'))))))
    .description('post the report that "ci run" left; runs nothing of the repository')
    .action(run(async (flags: PostFlags) => (await import('./ci/post.ts')).postReport(io, flags)));
}

async function both(io: Io, flags: RunFlags & PostFlags) {
  const [{ runJob }, { jobOf, postReport }] = await Promise.all([
    import('./ci/run.ts'),
    import('./ci/post.ts'),
  ]);
  const post = { ...flags, from: flags.out };
  // Before people's code runs: a stage could lead the token elsewhere by the name of `origin`.
  const context = jobOf(io, post);
  const ran = await runJob(io, flags);
  return flags.dry ? ran : worstExit([ran, await postReport(io, post, context)]);
}
