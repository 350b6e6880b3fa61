// `mlops ci --dry`: what a job would do here, and why.
import type { ExitName } from '../../core/failure.ts';
import type { Io } from '../command.ts';
import { print } from '../open-project.ts';
import type { RunFlags } from './flags.ts';
import type { Place } from './place.ts';

export function tellPlan(io: Io, place: Place, flags: RunFlags): ExitName {
  print(io, planLines(place, flags).join('\n'));
  return place.trust.kind === 'refused' ? 'config' : 'ok';
}

function planLines({ context, trust, baseline, scope }: Place, { command, out }: RunFlags): string[] {
  const pull = context.pull ? ` #${context.pull.number}` : '';
  const secrets = trust.kind === 'refused' ? `; in reach: ${trust.secrets.join(', ')}` : '';
  return [
    `where     ${context.host}, ${context.event}${pull}`,
    `trust     ${trust.kind}${trust.kind === 'trusted' ? '' : `: ${trust.why}`}${secrets}`,
    `against   ${baseline.commit ? `${baseline.name} (${baseline.commit.slice(0, 7)})` : 'nothing'}`,
    ...baseline.notes.map((note) => `          ${note}`),
    `runs      ${trust.kind === 'refused' ? 'nothing' : `mlops ${command}`}`,
    `writes    run cache of ${scope ?? 'this machine'}, report in ${out}`,
  ];
}
