// Experiments of another repository, as its refs say them.
import { experimentNameProblem } from '../core/experiment.ts';
import { type RemoteRef, remoteRefs } from '../git/remote-refs.ts';
import type { Repository } from '../git/repository.ts';
import { experimentPrefixes } from './refs.ts';

/** What becomes of experiments that are called as another on the other side. */
export type Clashes = 'refuse' | 'replace';

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
