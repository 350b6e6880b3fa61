// What a pull of experiments would bring: first their commits, without a ref; at last, all at once, the refs. The same name
// here with another commit is never replaced unasked.
import type { Experiment } from '../core/experiment.ts';
import { sameName } from '../core/experiment.ts';
import { fail, failure, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { commitMessages } from '../git/history.ts';
import type { RefChange } from '../git/refs.ts';
import { fetchRemoteRefs } from '../git/remote-refs.ts';
import type { Repository } from '../git/repository.ts';
import { changeExperiments } from './change-refs.ts';
import { readMessage } from './message.ts';
import { DEFAULT_REFS, experimentRef } from './refs.ts';
import type { Clashes, RemoteExperiment } from './remote-experiments.ts';

export interface PullPlan {
  readonly bring: readonly (RefChange & { readonly to: CommitId })[];
  readonly found: readonly RemoteExperiment[];
  readonly here: number;
}

/** `names`: none = all. @throws MlopsError `config` for one that is not there, `refused` for one that means another here */
export function planPull(
  own: readonly Experiment[],
  found: readonly RemoteExperiment[],
  names: readonly string[],
  configured: string | undefined,
  clashes: Clashes,
): PullPlan {
  const chosen = names.length === 0 ? found : names.flatMap((name) => remoteNamed(found, name));
  const ids = new Set(own.map(({ commit }) => commit));
  const absent = chosen.filter(({ id }) => !ids.has(id));
  const taken = absent.filter(({ name }) => own.some((each) => sameName(each.name, name)));
  if (taken.length > 0 && clashes === 'refuse')
    throw new MlopsError(
      taken.map(({ name }) =>
        failure('refused', `there is another experiment ${name} here`, {
          help: `give yours another name: mlops exp rename ${name} NEW; or replace it: --force`,
        }),
      ),
    );
  const bring = absent.map(({ id, name, baseline }) => {
    const ref = experimentRef(configured ?? DEFAULT_REFS, baseline as CommitId, name);
    return { ref, from: own.find((each) => each.ref === ref)?.commit ?? null, to: id };
  });
  return { bring, found: absent, here: chosen.length - absent.length };
}

function remoteNamed(found: readonly RemoteExperiment[], typed: string): RemoteExperiment[] {
  const slash = typed.indexOf('/');
  const [baseline, name] = slash > 0 ? [typed.slice(0, slash), typed.slice(slash + 1)] : ['', typed];
  const meant = found.filter((each) => sameName(each.name, name) && each.baseline.startsWith(baseline));
  if (meant.length === 0)
    fail('config', `no experiment there is called "${typed}"`, { help: 'mlops exp list REMOTE lists them' });
  return meant;
}

/** Brings the commits; no ref leads to them yet. What is no experiment is left out. */
export function fetchExperiments(repo: Repository, remote: string, plan: PullPlan): Experiment[] {
  fetchRemoteRefs(repo, remote, plan.found);
  const messages = commitMessages(
    repo,
    plan.bring.map(({ to }) => to),
  );
  if (!messages) return fail('remote', `${remote} was changed while it was read`, { help: 'try again' });
  return plan.bring.flatMap(({ ref, to }) => readMessage(ref, to, messages.get(to) ?? '') ?? []);
}

/** @throws MlopsError `busy` */
export function nameFetched(repo: Repository, plan: PullPlan, fetched: readonly Experiment[]): void {
  const refs = new Set(fetched.map(({ ref }) => ref));
  changeExperiments(
    repo,
    plan.bring.filter(({ ref }) => refs.has(ref)),
    'mlops exp pull',
  );
}
