// Experiments of other repositories: what is there, what a push would send and a pull would bring. The same name with
// another commit is somebody else's experiment, here or there: it is never replaced unasked.
import type { Experiment } from '../core/experiment.ts';
import { experimentNameProblem, sameName } from '../core/experiment.ts';
import { fail, failure, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { commitMessages } from '../git/history.ts';
import { changeRefs, type RefChange } from '../git/refs.ts';
import { fetchRemoteRefs, type RefAnswer, type RemoteRef, remoteRefs } from '../git/remote-refs.ts';
import type { Repository } from '../git/repository.ts';
import { readMessage } from './message.ts';
import { DEFAULT_REFS, experimentPrefixes, experimentRef } from './refs.ts';

/** As its ref alone says it: the commit may not be here. */
export interface RemoteExperiment extends RemoteRef {
  readonly name: string;
  /** As written in the ref. */
  readonly baseline: string;
}

/** @throws MlopsError `remote` */
export function remoteExperiments(
  repo: Repository,
  remote: string,
  configured: string | undefined,
): RemoteExperiment[] {
  const prefixes = experimentPrefixes(configured);
  return remoteRefs(repo, remote, prefixes).flatMap((each) => {
    const prefix = prefixes.find((one) => each.ref.startsWith(one))!;
    const [baseline = '', name = '', ...more] = each.ref.slice(prefix.length).split('/');
    const isOne = more.length === 0 && /^[0-9a-f]{40,64}$/.test(baseline) && !experimentNameProblem(name);
    return isOne ? [{ ...each, name, baseline }] : [];
  });
}

export interface PushPlan {
  readonly send: readonly (RefChange & { readonly to: CommitId; readonly experiment: Experiment })[];
  /** There already. */
  readonly there: readonly Experiment[];
}

export type Clashes = 'refuse' | 'replace';

/** @throws MlopsError `refused` for names that mean another experiment there */
export function planPush(
  chosen: readonly Experiment[],
  found: readonly RemoteExperiment[],
  configured: string | undefined,
  clashes: Clashes,
): PushPlan {
  const ids = new Set(found.map(({ id }) => id));
  const there = chosen.filter(({ commit }) => ids.has(commit));
  const absent = chosen.filter(({ commit }) => !ids.has(commit));
  const taken = absent.filter(({ name }) => found.some((each) => sameName(each.name, name)));
  if (taken.length > 0 && clashes === 'refuse')
    throw new MlopsError(
      taken.map(({ name }) =>
        failure('refused', `there is another experiment ${name} on the other side`, {
          help: `give yours another name: mlops exp rename ${name} NEW; or replace that one: --force`,
        }),
      ),
    );
  const send = absent.map((experiment) => {
    const { ref, baseline, name, commit } = experiment;
    const to = configured === undefined ? ref : experimentRef(configured, baseline, name);
    const from = found.find((each) => each.ref === to)?.id ?? null;
    return { ref: to, from, to: commit, experiment };
  });
  return { send, there };
}

/** What the host said of each ref that it did not take. */
export function refusals(
  plan: Pick<PushPlan, 'send'>,
  answers: readonly RefAnswer[],
): { readonly experiment: Experiment; readonly why: string; readonly help?: string }[] {
  return plan.send.flatMap(({ experiment, ref }) => {
    const answer = answers.find((each) => each.ref === ref);
    if (answer && answer.refused === undefined) return [];
    const why = answer?.refused ?? 'the host said nothing of it';
    const ownKind = answer?.byHost && !ref.startsWith('refs/heads/');
    const help =
      'a host that takes branches alone: mlops config exp.refs refs/heads/mlops-exp/ and push again';
    return [{ experiment, why, ...(ownKind ? { help } : {}) }];
  });
}

export interface PullPlan {
  readonly bring: readonly (RefChange & { readonly to: CommitId; readonly name: string })[];
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
    return { ref, from: own.find((each) => each.ref === ref)?.commit ?? null, to: id, name };
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
  const problem = changeRefs(
    repo,
    plan.bring.filter(({ ref }) => refs.has(ref)),
    'mlops exp pull',
  );
  if (problem !== undefined)
    fail('busy', `another process changed these experiments meanwhile: ${problem}`, { help: 'try again' });
}
