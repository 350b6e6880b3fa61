// What `mlops ci`, `mlops ci run` and `mlops ci post` are told.
import { type Command, Option } from 'commander';
import type { Told } from '../../ci/context.ts';
import { fail } from '../../core/failure.ts';

const FAIL_ON = ['gate', 'stage', 'drift', 'never'] as const;

export interface RunFlags {
  readonly event?: NonNullable<Told['event']>;
  readonly base?: string;
  readonly number?: string;
  readonly dry?: true;
  readonly command: string;
  readonly remote?: string;
  readonly jobs?: string;
  readonly out: string;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly images: 'artifact' | 'git' | 'none';
  readonly trust?: true;
}

export interface PostFlags {
  readonly event?: NonNullable<Told['event']>;
  readonly base?: string;
  readonly number?: string;
  readonly from: string;
  readonly comment: boolean;
  readonly commit: 'no' | 'push' | 'pull-request';
  readonly issue: 'never' | 'drift' | 'gate';
  readonly images: RunFlags['images'];
  readonly name: string;
  readonly page?: string;
}

const REPORT = 'mlops-report';

/** Where a job is, for shells that do not say it. */
export function withPlaceFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--event <event>', 'what a plain shell runs for; a host says it by itself').choices([
        'pull_request',
        'push',
        'schedule',
        'manual',
      ]),
    )
    .option(
      '--base <rev>',
      'what changes are counted against; default: the merge base, or what was pushed onto',
    )
    .option('--number <n>', 'the pull request, in a plain shell');
}

export function withRunFlags(command: Command): Command {
  return command
    .option('--command <line>', 'what to run: repro or exp run, with its flags', 'repro --pull')
    .option('-r, --remote <name>', 'where to push; default: the default remote')
    .option('-j, --jobs <n>', 'stages that run at once')
    .option('-o, --out <dir>', 'folder of the report', REPORT)
    .addOption(
      new Option(
        '--fail-on <what>',
        'what fails the job: broken gates too, failed stages only, or also drift',
      )
        .choices(FAIL_ON)
        .default('gate'),
    )
    .option(
      '--trust',
      "run a stranger's code beside the secrets of this job, which it can take, and obey its .mlops/config.yaml",
    );
}

/** What a job writes at its host carries its name, and another job's is left alone. */
export function withName(command: Command): Command {
  return command.addOption(
    new Option(
      '--name <name>',
      'whose comment, status and issue this is, where several jobs report on one change',
    )
      .default('mlops')
      .argParser(nameOf),
  );
}

function nameOf(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$/.test(text))
    fail('usage', `--name ${text} is no name of a job`, {
      help: 'letters, digits, "_" and "-", at most 30',
    });
  return text;
}

/** Of both halves: the first draws them, the second puts them where a comment can show them from. */
export function withImages(command: Command): Command {
  return command.addOption(
    new Option('--images <where>', 'where the pictures of a comment come from')
      .choices(['artifact', 'git', 'none'])
      .default('artifact'),
  );
}

export function withPostFlags(command: Command): Command {
  return command
    .option('--no-comment', 'no comment on the pull request')
    .addOption(
      new Option('--commit <how>', 'what to do with a lock that changed')
        .choices(['no', 'push', 'pull-request'])
        .default('no'),
    )
    .addOption(
      new Option('--issue <when>', 'open an issue while drift advises, or a gate says no; close it after')
        .choices(['never', 'drift', 'gate'])
        .default('never'),
    )
    .addOption(
      new Option('--page <url>', 'where the whole report can be read, for a link in the comment').argParser(
        pageOf,
      ),
    );
}

function pageOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    fail('usage', '--page is no address of a page', { help: 'https://…, without a name or password' });
  return url.href;
}

/** Of `ci post` alone. */
export function withFrom(command: Command): Command {
  return command.option('--from <dir>', 'folder of the report', REPORT);
}

export function toldBy(flags: Pick<RunFlags, 'event' | 'base' | 'number'>): Told {
  return { event: flags.event, base: flags.base, number: numberOf(flags.number) };
}

function numberOf(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text))
    fail('usage', `--number ${text} is no number of a pull request`);
  return text === undefined ? undefined : Number(text);
}
