// Where experiments are: `<prefix><baseline>/<name>`. Two prefixes are read, so that one may be chosen for hosts that
// refuse refs of their own kind, and nothing is lost by choosing.
import type { Experiment, ExperimentRecord } from '../core/experiment.ts';
import { experimentNameProblem, sameName } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { changeRefs, commitsAtRefs } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { writeCommit } from '../git/write-commit.ts';
import { suggest } from '../util/suggest.ts';
import { readMessage, writeMessage } from './message.ts';

export const DEFAULT_REFS = 'refs/mlops/exp/';
const BRANCH_REFS = 'refs/heads/mlops-exp/';

/** Prefixes below which experiments may lie; `configured` is `exp.refs`. */
export function experimentPrefixes(configured?: string): string[] {
  return [...new Set([DEFAULT_REFS, BRANCH_REFS, ...(configured === undefined ? [] : [configured])])];
}

/** All of them, by ref. Commits below the prefixes that are no experiments are passed over. */
export function listExperiments(repo: Repository, configured?: string): Experiment[] {
  return commitsAtRefs(repo, experimentPrefixes(configured)).flatMap(
    ({ ref, commit, message }) => readMessage(ref, commit, message) ?? [],
  );
}

/** `typed`: a name, `<baseline>/<name>` with any length of the baseline, or the commit. @throws MlopsError `config` for none or several */
export function findExperiment(experiments: readonly Experiment[], typed: string): Experiment {
  const found = experiments.filter((each) => answersTo(each, typed));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    return fail('config', `${found.length} experiments are called "${typed}"`, {
      help: `name one: ${found.map(({ baseline, name }) => `${baseline.slice(0, 7)}/${name}`).join(', ')}`,
    });
  const nearest = suggest(
    typed,
    experiments.map(({ name }) => name),
  );
  return fail('config', `no experiment is called "${typed}"`, {
    help: nearest ? `did you mean ${nearest}?` : 'mlops exp show lists them',
  });
}

/** Whether `typed` means it; several may answer, since those that were pulled bring their names along. */
export function answersTo({ name, baseline, commit }: Experiment, typed: string): boolean {
  const slash = typed.indexOf('/');
  if (slash > 0) return baseline.startsWith(typed.slice(0, slash)) && sameName(name, typed.slice(slash + 1));
  return sameName(name, typed) || (/^[0-9a-f]{7,64}$/.test(typed) && commit.startsWith(typed));
}

/** @throws MlopsError `usage` for a name that cannot be, `refused` for one that is taken */
export function checkName(name: string, taken: Iterable<string>): void {
  const problem = experimentNameProblem(name);
  if (problem !== null) fail('usage', `an experiment cannot be called "${name}": it ${problem}`);
  for (const other of taken)
    if (sameName(other, name))
      fail('refused', `there is an experiment ${other} already`, {
        help: `choose another name, or remove that one: mlops exp remove ${other}`,
      });
}

/**
 * Commits `tree` as an experiment and names it. Said twice for one ticket, the second finds the first's. A name that was
 * taken while it ran gets a number: no work of hours is lost for a name.
 */
export function writeExperiment(
  repo: Repository,
  tree: string,
  record: ExperimentRecord,
  words: string,
  prefix: string = DEFAULT_REFS,
): Experiment {
  for (let number = 1; ; number++) {
    const named = number === 1 ? record : { ...record, name: `${record.name.slice(0, 60)}-${number}` };
    const commit = writeCommit(repo, tree, [record.baseline], writeMessage(named, words));
    const ref = experimentRef(prefix, record.baseline, named.name);
    const problem = changeRefs(repo, [{ ref, from: null, to: commit }], 'mlops exp');
    if (problem === undefined) return { ...named, ref, commit, message: words };
    const there = commitsAtRefs(repo, [`${prefix}${record.baseline}/`]);
    const namesake = there.find((each) => sameName(each.ref, ref));
    if (!namesake) fail('refused', `${ref} cannot be written: ${problem}`);
    const known = readMessage(namesake.ref, namesake.commit, namesake.message);
    if (known && record.ticket !== null && known.ticket === record.ticket) return known;
  }
}

export function experimentRef(prefix: string, baseline: CommitId, name: string): string {
  return `${prefix}${baseline}/${name}`;
}
