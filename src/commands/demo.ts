// mlops demo [DIR]: makes a small Git repository on real data and plays the tour in it with this very program.
// mlops demo next: brings the answers of the last year, as the tour's last step does.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { formatCount, formatMs } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { play } from './demo/play.ts';
import { bringAnswers, findDemo, makeRepository, type Places, placesFor } from './demo/repository.ts';
import { tourOf } from './demo/tour.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[dir]', 'folder to make', 'weather')
    .option('--step', 'wait for Enter between steps')
    .option('--no-play', 'only make the repository, to type the tour yourself')
    .addHelpText(
      'after',
      examples(
        'mlops demo',
        'mlops demo --step my-tour',
        'mlops demo --no-play && cd weather',
        'mlops demo next',
      ),
    )
    .action(run((dir: string, options: DemoFlags) => demo(dir, options, io)));
  command
    .command('next [dir]')
    .description('inside the demo: bring the answers of 2015')
    .action(run((dir: string | undefined) => next(dir, io)));
}

interface DemoFlags {
  readonly step?: true;
  readonly play: boolean;
}

async function demo(dir: string, { step, play: plays }: DemoFlags, io: Io): Promise<ExitName> {
  const started = performance.now();
  const places = placesFor(resolve(io.cwd, dir));
  await makeRepository(places);
  io.out.write(opening(places, io));
  if (!plays) return 'ok';
  await play(
    tourOf(places),
    places.top,
    io,
    step === true && io.out.isTTY === true && io.input.isTTY === true,
  );
  io.out.write(closing(places, performance.now() - started, io));
  return 'ok';
}

async function next(dir: string | undefined, io: Io): Promise<ExitName> {
  const days = await bringAnswers(findDemo(dir, io.cwd, io.env['INIT_CWD']));
  io.out.write(`data/2015.csv: ${formatCount(days)} days now say whether it rained on the next\n`);
  return 'ok';
}

function opening({ top }: Places, { cwd }: Io): string {
  const days = readFileSync(join(top, 'data/seattle.csv'), 'utf8').split('\n').length - 2;
  return `${here(cwd, top)}/ is a Git repository: pipeline.yaml (4 stages), ${formatCount(days)} days of weather in Seattle, 2012–2014
question: does it rain tomorrow?     learnt from 2012 and 2013, judged on 2014, watched in 2015
`;
}

function closing({ top }: Places, ms: number, { cwd, env, self, outStyle }: Io): string {
  const alias = isOnPath(env['PATH'], self) ? '' : `alias mlops='${self.join(' ')}'\n      `;
  const pages = ['judge', 'watch'].map((name) => `${here(cwd, top)}/reports/${name}.html`);
  return `
That was the tour, in ${formatMs(ms)}. Pages to open: ${pages.join('  ')}
${outStyle.color.bold('next:')} ${alias}cd ${here(cwd, top)} && mlops status     then change params.json or src/ and: mlops repro
`;
}

function here(cwd: string, top: string): string {
  return relative(cwd, top) || '.';
}

/** Whether `mlops` typed in the user's shell is this program. */
function isOnPath(path: string | undefined, [, script]: readonly string[]): boolean {
  const found = (path ?? '')
    .split(delimiter)
    .map((dir) => join(dir, 'mlops'))
    .find((file) => existsSync(file));
  return found !== undefined && realpathSync(found) === realpathSync(script!);
}
