// `mlops ci --dry`: what a job would do here, and why. Asks Git, and no host.
import type { CiContext } from '../../ci/context.ts';
import type { ExitName } from '../../core/failure.ts';
import { visible } from '../../render/text-width.ts';
import type { Io } from '../command.ts';
import { print, withProject } from '../open-project.ts';
import { environmentFor } from './environment.ts';
import type { PostFlags, RunFlags } from './flags.ts';
import type { Place } from './place.ts';

/** `ci run --dry` has no flags of the second half. */
export type PlanFlags = RunFlags & Partial<PostFlags>;

export async function tellPlan(io: Io, place: Place, flags: PlanFlags): Promise<ExitName> {
  const runs = place.trust.kind !== 'refused';
  const remote = runs
    ? await remoteOf({ ...io, env: environmentFor(io.env, place) }, place, flags)
    : 'nothing';
  const lines: readonly (readonly [what: string, words: string])[] = [
    ['where', whereWords(place.context)],
    ['trust', trustWords(place)],
    ['against', againstWords(place)],
    ...place.baseline.notes.map((note) => ['', note] as const),
    ['runs', runs ? `mlops ${flags.command}` : 'nothing'],
    ['pushes', remote],
    ['report', flags.out],
    ['posts', flags.issue === undefined ? 'nothing: mlops ci post does' : postWords(place.context, flags)],
  ];
  print(io, lines.map(([what, words]) => `${what.padEnd(8)} ${visible(words)}`).join('\n'));
  return runs ? 'ok' : 'config';
}

function whereWords({ host, event, eventName, pull, repository, branch }: CiContext): string {
  const what = event === eventName ? event : `${event} (${eventName})`;
  const of = pull ? `${what} #${pull.number}` : branch === undefined ? what : `${what} of ${branch}`;
  return [host, of, ...(repository ? [repository.slug] : [])].join(', ');
}

function trustWords({ trust }: Place): string {
  switch (trust.kind) {
    case 'trusted':
      return 'yes: whoever wrote this may push here';
    case 'harmless':
      return `no, and there is nothing to take: ${trust.why}`;
    case 'told':
      return `yes, for --trust says so: ${trust.why}`;
    case 'refused':
      return `no: ${trust.why}, beside ${trust.secrets.join(', ')}`;
  }
}

function againstWords({ baseline: { name, commit } }: Place): string {
  return commit === undefined ? 'nothing' : `${name} (${commit.slice(0, 7)})`;
}

/** What pushes, and under which scope of the run cache. A config that cannot be read is no reason to have no plan. */
function remoteOf(io: Io, { trust, scope = 'main' }: Place, flags: PlanFlags): Promise<string> {
  return withProject(io, 'plain', async (project) => {
    const name = flags.remote ?? project.defaultRemote;
    if (trust.kind === 'harmless') return 'nothing: this code is not trusted';
    return name === undefined ? 'nothing: no remote is configured' : `objects and runs/${scope} to ${name}`;
  });
}

function postWords({ repository, pull }: CiContext, { comment, commit, issue, name }: PlanFlags): string {
  if (!repository) return 'nothing: this is no job of a host; --event, with an origin at one, says so';
  const parts = [
    ...(commit === 'push' ? ['a new lock to its branch'] : []),
    ...(commit === 'pull-request' ? ['a new lock as a pull request'] : []),
    `the status ${name}`,
    ...(comment && pull ? [`one comment on #${pull.number}`] : []),
    ...(issue !== 'never' && !pull
      ? [`an issue while ${issue === 'drift' ? 'drift asks to retrain or block' : 'a gate is broken'}`]
      : []),
  ];
  return `${parts.join(', ')}, to ${repository.slug}`;
}
