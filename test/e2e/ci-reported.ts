// A pull request whose job has run and left its report, for the second half of a job to post.
import { expect } from 'vitest';
import { type GithubStandIn, openGithub } from '../forge/github.ts';
import { type Ended, openRig, type Rig } from '../rig.ts';
import { onGithub, pullOf } from './ci-host.ts';
import { expectExit } from './story.ts';

const TRAIN = `require('fs').writeFileSync('metrics.json', '{"accuracy": 0.75}')`;
const PIPELINE = {
  stages: { train: { cmd: 'node train.cjs', deps: ['train.cjs'], metrics: ['metrics.json'] } },
};

export interface Reported {
  readonly rig: Rig;
  readonly github: GithubStandIn;
  /** Of `topic`, which stands on `main`. */
  readonly head: string;
  readonly number: number;
  /** The bare repository behind `origin`. */
  readonly hub: string;
  readonly env: { readonly [name: string]: string };
  post(env?: { readonly [name: string]: string }, ...flags: readonly string[]): Promise<Ended>;
}

const LEFT = [
  'metrics.json',
  'pipeline.lock',
  'mlops-report/.gitignore',
  'mlops-report/ci.json',
  'mlops-report/comment.md',
  'mlops-report/index.html',
];
/** By the first run of a test file: the commits of all are the same. */
let left: ReadonlyMap<string, string> | undefined;

export async function openReported(): Promise<Reported> {
  const rig = await openRig();
  rig.write({ 'pipeline.yaml': PIPELINE, 'train.cjs': '' });
  const base = await rig.commit('main');
  await rig.git('checkout', '-qb', 'topic');
  rig.write({ 'train.cjs': TRAIN });
  const head = await rig.commit('topic');
  const hub = rig.beside('hub.git');
  await rig.git('clone', '-q', '--bare', '.', hub);
  await rig.git('remote', 'add', 'origin', hub);
  const github = await openGithub({ bare: hub });
  const { number } = github.openPull({ head: { repository: 'octo/weather', branch: 'topic', sha: head } });
  const event = pullOf(head, base, 'octo/weather', { number, into: 'octo/weather' });
  const step = onGithub(rig, 'pull_request', event, {
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'octo/weather',
  });
  if (left === undefined) {
    expectExit(await rig.mlopsWith({ env: step.env }, 'ci', 'run'), 0);
    expect(step.read('summary')).toContain('accuracy');
    left = new Map(LEFT.map((file) => [file, rig.read(file)]));
  } else rig.write(Object.fromEntries(left));
  const env = { ...step.env, MLOPS_CI_TOKEN: github.token };
  const post: Reported['post'] = (more = {}, ...flags) =>
    rig.mlopsWith({ env: { ...env, ...more } }, 'ci', 'post', ...flags);
  return { rig, github, head, number, hub, env, post };
}

/** What both streams say, without the lines that hide the token. */
export function saidBy({ stdout, stderr }: Ended, token: string): string {
  const said = (stdout + stderr).replaceAll(`::add-mask::${token}\n`, '');
  expect(said).not.toContain(token);
  return said;
}
