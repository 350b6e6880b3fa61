// What a push of experiments would send. The same name there with another commit is somebody else's experiment: it is
// never replaced unasked.
import type { Experiment } from '../core/experiment.ts';
import { sameName } from '../core/experiment.ts';
import { failure, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import type { RefChange } from '../git/refs.ts';
import type { RefAnswer } from '../git/remote-refs.ts';
import { experimentRef } from './refs.ts';
import type { Clashes, RemoteExperiment } from './remote-experiments.ts';

export interface PushPlan {
  readonly send: readonly (RefChange & { readonly to: CommitId; readonly experiment: Experiment })[];
  /** There already. */
  readonly there: readonly Experiment[];
}

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
