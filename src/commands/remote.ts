import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { editConfig } from '../config/read.ts';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { Project } from '../project.ts';
import type { RemoteConfig } from '../remote/config.ts';
import { openRemote } from '../remote/open.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';
import { typedValue } from './value.ts';

interface AddFlags {
  readonly default?: true;
  readonly force?: true;
  readonly local?: true;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText(
    'after',
    examples(
      'mlops remote add -d origin s3://bucket/prefix',
      'mlops remote add nas /mnt/nas/project',
      'mlops remote modify origin endpoint https://minio.example.org',
      'mlops remote list',
    ),
  );
  command
    .command('add')
    .description('name a remote')
    .argument('<name>')
    .argument('<url>', 's3://bucket/prefix, file:///folder, or a path')
    .option('-d, --default', 'use it when no other is named')
    .option('-f, --force', 'replace one of that name')
    .option('--endpoint <url>', 'of an S3-compatible store')
    .option('--region <name>')
    .option('--profile <name>', 'of the AWS config')
    .option('--local', 'for this machine only')
    .action(run((name: string, url: string, flags: AddFlags) => add(io, name, url, flags)));
  command
    .command('list')
    .alias('ls')
    .description('the remotes that there are')
    .option('--json', 'as JSON')
    .action(
      run((flags: { json?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => list(io, project, flags.json ?? false)),
      ),
    );
  command
    .command('default')
    .description('choose the default remote, or say which it is')
    .argument('[name]')
    .action(
      run((name?: string) =>
        withProject<ExitName>(io, 'plain', async (project) => setDefault(io, project, name)),
      ),
    );
  command
    .command('modify')
    .description('set or remove one option of a remote')
    .argument('<name>')
    .argument('<option>', 'url, endpoint, region, profile, pathStyle, anonymous, …')
    .argument('[value]', 'left out: the option is removed')
    .option('--local', 'for this machine only')
    .action(
      run((name: string, option: string, value: string | undefined, flags: { local?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          known(project, name);
          editConfig(
            fileOf(project, flags.local),
            ['remotes', name, option],
            value === undefined ? undefined : typedValue(value),
          );
          return 'ok';
        }),
      ),
    );
  command
    .command('remove')
    .alias('rm')
    .description('forget a remote; what is stored there stays')
    .argument('<name>')
    .action(
      run((name: string) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          known(project, name);
          for (const file of [project.settings.editable('shared'), project.settings.editable('local')]) {
            editConfig(file, ['remotes', name], undefined);
            if (project.config.remote === name) editConfig(file, ['remote'], undefined);
          }
          print(io, `${name} is forgotten; what is stored there stays`);
          return 'ok';
        }),
      ),
    );
}

function fileOf(project: Project, local: true | undefined) {
  return project.settings.editable(local ? 'local' : 'shared');
}

function known(project: Project, name: string): void {
  if (!project.config.remotes[name])
    throw new MlopsError(
      failure('config', `there is no remote "${name}"`, {
        help: `configured: ${Object.keys(project.config.remotes).join(', ') || 'none'}`,
      }),
    );
}

function add(io: Io, name: string, url: string, flags: AddFlags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name))
      throw new MlopsError(
        failure('usage', `"${name}" is no name for a remote`, { help: 'letters, digits, "-" and "_"' }),
      );
    if (project.config.remotes[name] && !flags.force)
      throw new MlopsError(
        failure('refused', `there is a remote "${name}" already`, {
          help: 'mlops remote modify, or --force',
        }),
      );
    const options: { [option: string]: Json } = { url: urlFromHere(project, url) };
    for (const key of ['endpoint', 'region', 'profile'] as const)
      if (flags[key] !== undefined) options[key] = flags[key];
    const file = fileOf(project, flags.local);
    const before = orAbsent(() => readFileSync(file.path, 'utf8'), '');
    editConfig(file, ['remotes', name], options);
    try {
      await openRemote(options as unknown as RemoteConfig, { base: project.repo.top });
    } catch (error) {
      // No such kind of URL: the settings are as they were.
      writeAtomic(file.path, before);
      throw error;
    }
    if (flags.default) editConfig(file, ['remote'], name);
    print(io, `remote ${name} is ${options['url'] as string}${flags.default ? ', the default' : ''}`);
    return 'ok';
  });
}

/** A path was typed in the current folder; the config is read at the top of the repository. */
function urlFromHere(project: Project, url: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(url) || url.startsWith('/')) return url;
  return project.pathFromHere(url) || '.';
}

function list(io: Io, project: Project, json: boolean): ExitName {
  if (json) {
    printJson(io, { default: project.defaultRemote ?? null, remotes: project.config.remotes });
    return 'ok';
  }
  const names = Object.keys(project.config.remotes);
  for (const name of names)
    print(io, `${name === project.defaultRemote ? '*' : ' '} ${name}  ${project.config.remotes[name]!.url}`);
  if (names.length === 0) print(io, 'no remote yet; next: mlops remote add -d origin s3://bucket/prefix');
  return 'ok';
}

function setDefault(io: Io, project: Project, name: string | undefined): ExitName {
  if (name === undefined) {
    print(io, project.defaultRemote ?? 'none');
    return 'ok';
  }
  known(project, name);
  editConfig(project.settings.editable('shared'), ['remote'], name);
  return 'ok';
}
