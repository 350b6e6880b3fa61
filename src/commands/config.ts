import type { Command } from 'commander';
import { editConfig, localConfig, readConfig } from '../config/read.ts';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';
import { typedValue } from './value.ts';

interface Flags {
  readonly local?: true;
  readonly unset?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[key]', 'dotted, such as jobs or runCache.write; nothing shows all')
    .argument('[value]', 'what to set')
    .option('--local', 'the file of this machine, which Git does not share')
    .option('-u, --unset', 'remove the key')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops config',
        'mlops config jobs 4',
        'mlops config --local store.dir /big/store',
        'mlops config -u jobs',
      ),
    )
    .action(
      run((key: string | undefined, value: string | undefined, flags: Flags) =>
        config(io, key, value, flags),
      ),
    );
}

function config(io: Io, key: string | undefined, value: string | undefined, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    if (key !== undefined && (value !== undefined || flags.unset)) {
      const file = project.settings.editable(flags.local ? 'local' : 'shared');
      editConfig(file, key.split('.'), flags.unset ? undefined : typedValue(value!));
      return 'ok';
    }
    const all = (flags.local
      ? readConfig([localConfig(project.repo.gitDir)])
      : project.config) as unknown as Json;
    const found =
      key === undefined
        ? all
        : key
            .split('.')
            .reduce<Json | undefined>((at, part) => (isJsonObject(at) ? at[part] : undefined), all);
    if (found === undefined)
      throw new MlopsError(failure('config', `"${key}" is not set`, { help: 'mlops config shows what is' }));
    if (flags.json) printJson(io, found);
    else if (key !== undefined && !isJsonObject(found)) print(io, inWords(found));
    else for (const [name, each] of flat(found, key ?? '')) print(io, `${name} = ${inWords(each)}`);
    return 'ok';
  });
}

function inWords(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function flat(value: Json, prefix: string): [string, Json][] {
  if (!isJsonObject(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, each]) => flat(each, prefix === '' ? key : `${prefix}.${key}`));
}
