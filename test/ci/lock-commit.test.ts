// Committing back to a branch of a real bare repository: what goes along, what happens when somebody pushes meanwhile, and
// what is refused.
import { existsSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitMessage, committer } from '../../src/ci/commit/message.ts';
import { checkPlan, type PlannedPath } from '../../src/ci/commit/plan.ts';
import { commitBack } from '../../src/ci/lock-commit.ts';
import { MlopsError } from '../../src/core/failure.ts';
import { commitOf, type RepoPath } from '../../src/core/ids.ts';
import { withManagedBlock } from '../../src/git/managed-block.ts';
import {
  aside,
  clone,
  commitAll,
  type Ground,
  git,
  hook,
  lockText,
  openGround,
  planned,
  planOf,
  pushedBy,
  stagesIn,
  there,
  tipThere,
  write,
} from './remote-ground.ts';

const now = { token: undefined, keepIn: undefined, pause: async () => {} };

/** What a run wrote: train ran on new inputs. */
const RAN = { 'pipeline.lock': lockText({ prepare: 1, train: 2 }), 'metrics.json': '{"accuracy": 0.9}\n' };

async function failureOf(work: Promise<unknown>): Promise<{ exit: string; message: string; help: string }> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MlopsError)) throw error ?? new Error('nothing was thrown');
  const { exit, message, help = '' } = error.failures[0]!;
  return { exit, message, help };
}

/** Index, HEAD and what Git says of the files. */
function checkoutState({ job }: Ground): unknown {
  return [
    git(job.top, 'rev-parse', 'HEAD'),
    git(job.top, 'status', '--porcelain'),
    readFileSync(join(job.gitDir, 'index')).toString('base64'),
    git(job.top, 'for-each-ref', 'refs/heads'),
  ];
}

describe('a commit of what a run changed', () => {
  it('holds the planned files alone, is made by the bot, and leaves the checkout as it was', async () => {
    const ground = openGround();
    const { job } = ground;
    write(job.top, {
      ...RAN,
      '.gitignore': withManagedBlock('*.log\nscribbled by a stage\n', ['/model.txt']),
      'train.py': 'scribbled by a stage\n',
      '.github/workflows/evil.yml': 'on: push\n',
    });
    git(job.top, 'status');
    const before = checkoutState(ground);
    const done = await commitBack(job, planOf(job), now);
    expect(done).toMatchObject({ kind: 'pushed', branch: 'main', retries: 0 });
    expect(git(ground.bare, 'diff', '--name-only', 'main~1', 'main').split('\n')).toEqual([
      '.gitignore',
      'metrics.json',
      'pipeline.lock',
    ]);
    expect(there(ground, 'pipeline.lock')).toBe(RAN['pipeline.lock']);
    expect(there(ground, '.gitignore')).toBe(withManagedBlock('*.log\n', ['/model.txt']));
    expect(git(ground.bare, 'log', '-1', '--format=%an <%ae> %cn%n%B', 'main')).toBe(
      'bot <bot@example.org> bot\nUpdate pipeline.lock\n\nMlops-Run: https://ci.example/1',
    );
    expect(git(ground.bare, 'rev-parse', 'main~1')).toBe(git(job.top, 'rev-parse', 'HEAD'));
    expect(checkoutState(ground)).toEqual(before);
  });

  it('is made once: a second run finds it there', async () => {
    const ground = openGround();
    write(ground.job.top, RAN);
    const plan = planOf(ground.job);
    await commitBack(ground.job, plan, now);
    const tip = tipThere(ground);
    expect(await commitBack(ground.job, plan, now)).toEqual({ kind: 'unchanged', tip });
    const fresh = clone(ground.root, ground.bare, 'fresh');
    expect(await commitBack(fresh, planOf(fresh), now)).toEqual({ kind: 'unchanged', tip });
    expect(tipThere(ground)).toBe(tip);
  });

  it('is made where a folder that Git keeps gained, lost and changed files', async () => {
    const ground = openGround();
    write(ground.job.top, { 'reports/a.json': '1', 'reports/b.json': '1', 'reports/sub/c.json': 'gone' });
    commitAll(ground.job.top, 'reports');
    git(ground.job.top, 'push', '-q', 'origin', 'HEAD:main');
    const plan = planOf(ground.job, { paths: planned('reports', 'absent') });
    write(ground.job.top, { 'reports/a.json': '2', 'reports/new.json': 'new' });
    unlinkSync(join(ground.job.top, 'reports/sub/c.json'));
    await commitBack(ground.job, plan, now);
    expect(git(ground.bare, 'diff', '--name-status', 'main~1', 'main').split('\n')).toEqual([
      'M\treports/a.json',
      'A\treports/new.json',
      'D\treports/sub/c.json',
    ]);
  });

  it('can be made from a detached, shallow checkout', async () => {
    const ground = openGround();
    pushedBy(ground, 'more', { 'more.txt': '1' });
    const job = clone(ground.root, `file://${ground.bare}`, 'shallow', '--depth=1');
    git(job.top, 'checkout', '-q', '--detach');
    const plan = planOf(job);
    const moved = pushedBy(ground, 'other', { 'other.txt': '1' });
    write(job.top, RAN);
    expect(await commitBack(job, plan, now)).toMatchObject({ kind: 'pushed', retries: 0 });
    expect(git(ground.bare, 'rev-parse', 'main~1')).toBe(moved);
    expect(there(ground, 'other.txt')).toBe('1');
    expect(git(job.top, 'rev-parse', '--is-shallow-repository')).toBe('true');
  });
});

describe("a run on the host's merge of a pull request", () => {
  /** `topic` changed the code; `main` went on and has another prepare. The job stands on their merge, alone and shallow. */
  function merged() {
    const ground = openGround();
    git(ground.job.top, 'push', '-q', 'origin', 'HEAD:topic');
    const head = pushedBy(ground, 'author', { 'train.py': 'print(2)\n' }, 'topic');
    pushedBy(ground, 'main-goes-on', {
      'pipeline.lock': lockText({ prepare: 7, train: 1 }),
      'main.txt': '1',
    });
    const host = clone(ground.root, ground.bare, 'host');
    git(host.top, 'merge', '-q', '--no-edit', 'origin/topic');
    git(host.top, 'push', '-q', 'origin', 'HEAD:refs/pull/1/merge');
    const job = clone(ground.root, `file://${ground.bare}`, 'merge-job', '--depth=1');
    git(job.top, 'fetch', '-q', '--depth=1', 'origin', 'refs/pull/1/merge');
    git(job.top, 'checkout', '-q', 'FETCH_HEAD');
    write(job.top, {
      'pipeline.lock': lockText({ prepare: 7, train: 2 }),
      'metrics.json': RAN['metrics.json'],
    });
    return { ground, job, plan: planOf(job, { branch: 'topic', head }) };
  }

  it('goes onto the tip of its own branch, without what main changed', async () => {
    const { ground, job, plan } = merged();
    expect(await commitBack(job, plan, now)).toMatchObject({ kind: 'pushed', branch: 'topic' });
    expect(git(ground.bare, 'rev-parse', 'topic~1')).toBe(plan.head);
    expect(git(ground.bare, 'diff', '--name-only', 'topic~1', 'topic').split('\n')).toEqual([
      'metrics.json',
      'pipeline.lock',
    ]);
    expect(stagesIn(there(ground, 'pipeline.lock', 'topic'))).toEqual({ prepare: [1, 1], train: [2, 2] });
    expect(there(ground, 'main.txt', 'topic')).toBe('');
  });

  it('goes on top of what was pushed to its branch meanwhile', async () => {
    const { ground, job, plan } = merged();
    const later = pushedBy(ground, 'again', { 'later.txt': '1' }, 'topic');
    await commitBack(job, plan, now);
    expect(git(ground.bare, 'rev-parse', 'topic~1')).toBe(later);
    expect(stagesIn(there(ground, 'pipeline.lock', 'topic'))).toEqual({ prepare: [1, 1], train: [2, 2] });
  });
});

describe('a push of somebody else', () => {
  it('before ours is kept: locks are merged stage by stage, files as they were changed', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    write(ground.job.top, RAN);
    const other = pushedBy(ground, 'other', {
      'pipeline.lock': lockText({ prepare: 3, train: 1, extra: 1 }),
      'train.py': 'print(3)\n',
      '.gitignore': '*.log\n*.tmp\n',
    });
    await commitBack(ground.job, plan, now);
    expect(git(ground.bare, 'rev-parse', 'main~1')).toBe(other);
    expect(stagesIn(there(ground, 'pipeline.lock'))).toEqual({
      prepare: [3, 3],
      train: [2, 2],
      extra: [1, 1],
    });
    expect(there(ground, 'train.py')).toBe('print(3)\n');
    expect(there(ground, 'metrics.json')).toBe(RAN['metrics.json']);
  });

  it('between our look and our push is followed, without force', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    const competing = aside(ground, 'other', { 'other.txt': '1' });
    // Runs when the job's push arrives, before the server says what it has.
    const server = join(ground.root, 'receive');
    writeFileSync(
      server,
      `git -C '${ground.bare}' update-ref refs/heads/main ${competing}\nexec git-receive-pack "$@"\n`,
    );
    git(ground.job.top, 'config', 'remote.origin.receivepack', `sh ${server}`);
    write(ground.job.top, RAN);
    expect(await commitBack(ground.job, plan, now)).toMatchObject({ kind: 'pushed', retries: 1 });
    expect(git(ground.bare, 'rev-parse', 'main~1')).toBe(competing);
    expect(there(ground, 'other.txt')).toBe('1');
  });

  it('that wins while the server takes ours is followed too; after five of them it gives up', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    aside(ground, 'other', { 'other.txt': '0' });
    // The server has read the old tip already: its own lock decides. Each push of ours loses against one more commit.
    hook(
      ground,
      'update',
      `echo x >> "$GIT_DIR/lost"
[ "$(wc -l < "$GIT_DIR/lost")" -gt "$(cat "$GIT_DIR/losses")" ] && exit 0
unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
tree=$(git rev-parse "$2^{tree}")
export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@o GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@o
git update-ref "$1" "$(git commit-tree "$tree" -p "$2" -m competing)"`,
    );
    write(ground.bare, { losses: '4\n' });
    write(ground.job.top, RAN);
    expect(await commitBack(ground.job, plan, now)).toMatchObject({ kind: 'pushed', retries: 4 });
    expect(git(ground.bare, 'log', '--format=%s', 'main').split('\n')).toEqual([
      'Update pipeline.lock',
      ...Array(4).fill('competing'),
      'first',
    ]);

    const again = openGround();
    write(again.bare, { losses: '99\n' });
    hook(again, 'update', readFileSync(join(ground.bare, 'hooks/update'), 'utf8'));
    write(again.job.top, RAN);
    const failed = await failureOf(
      commitBack(again.job, planOf(again.job), { ...now, keepIn: join(again.root, 'report') }),
    );
    expect(failed).toMatchObject({ exit: 'busy', message: expect.stringContaining('main moved 5 times') });
    expect(failed.help).toContain('report/commit.patch');
  });

  it('that has the same results is left as it is, and so it is when only our inputs are the same', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    write(ground.job.top, RAN);
    const other = pushedBy(ground, 'other', {
      'pipeline.lock': lockText({ prepare: 1, train: [2, 5] }),
      'metrics.json': '{"accuracy": 0.91}\n',
    });
    expect(await commitBack(ground.job, plan, now)).toEqual({ kind: 'unchanged', tip: other });
    expect(there(ground, 'metrics.json')).toBe('{"accuracy": 0.91}\n');
  });

  it.each([
    [
      'a stage with other inputs',
      { 'pipeline.lock': lockText({ prepare: 1, train: 9 }) },
      'pipeline.lock: train',
    ],
    ['a file that Git keeps', { 'metrics.json': '{"accuracy": 1}\n' }, 'metrics.json'],
  ])(
    'that changed %s is a conflict: nothing is pushed, ours is kept as a patch',
    async (_, theirs, named) => {
      const ground = openGround();
      const plan = planOf(ground.job);
      write(ground.job.top, RAN);
      const other = pushedBy(ground, 'other', theirs as { [path: string]: string });
      const keepIn = join(ground.root, 'report');
      const failed = await failureOf(commitBack(ground.job, plan, { ...now, keepIn }));
      expect(failed.exit).toBe('refused');
      expect(failed.message).toBe(`main was changed meanwhile, to other results than this run's: ${named}`);
      expect(failed.help).toContain('the changes are kept in report/commit.patch');
      expect(tipThere(ground)).toBe(other);
      const fresh = clone(ground.root, ground.bare, 'fresh');
      git(fresh.top, 'checkout', '-q', plan.head);
      git(fresh.top, 'apply', join(keepIn, 'commit.patch'));
      expect(readFileSync(join(fresh.top, 'pipeline.lock'), 'utf8')).toBe(RAN['pipeline.lock']);
    },
  );

  it('that took the lock away, or the branch, is told', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    write(ground.job.top, RAN);
    const other = clone(ground.root, ground.bare, 'other');
    git(other.top, 'rm', '-q', 'pipeline.lock');
    commitAll(other.top, 'no pipeline');
    git(other.top, 'push', '-q', 'origin', 'HEAD:main', 'HEAD:spare');
    expect((await failureOf(commitBack(ground.job, plan, now))).message).toContain(
      'pipeline.lock (removed there)',
    );
    git(ground.bare, 'update-ref', '-d', 'refs/heads/main');
    expect((await failureOf(commitBack(ground.job, plan, now))).message).toContain(
      'main is gone from origin',
    );
    expect(git(ground.bare, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/spare');
  });
});

describe('a host that refuses', () => {
  it('is quoted: which rule it was, and what to do', async () => {
    const ground = openGround();
    hook(
      ground,
      'pre-receive',
      'echo "error: GH006: Protected branch update failed for refs/heads/main." >&2\necho "error: Changes must be made through a pull request." >&2\nexit 1',
    );
    write(ground.job.top, RAN);
    const keepIn = join(ground.root, 'report');
    const failed = await failureOf(commitBack(ground.job, planOf(ground.job), { ...now, keepIn }));
    expect(failed.exit).toBe('refused');
    expect(failed.message).toContain('GH006: Protected branch update failed for refs/heads/main.');
    expect(failed.message).toContain('Changes must be made through a pull request.');
    expect(failed.help).toContain('--commit pull-request');
    expect(existsSync(join(keepIn, 'commit.patch'))).toBe(true);
  });

  it('that is not there costs a clear failure', async () => {
    const ground = openGround();
    write(ground.job.top, RAN);
    const failed = await failureOf(
      commitBack(ground.job, planOf(ground.job, { remote: 'http://ada:secret@127.0.0.1:1/r.git' }), now),
    );
    expect(failed).toMatchObject({ exit: 'remote' });
    expect(JSON.stringify(failed)).not.toContain('secret');
  });
});

describe('a plan that asks for too much', () => {
  it.each([
    '.github/workflows/ci.yml',
    '.GitHub/x',
    '.gitattributes',
    'sub/.gitmodules',
    '.gitlab-ci.yml',
    '.git/config',
    '.mlops/config.yaml',
    'pipeline.yaml',
    'sub/pipeline.yaml',
    '../elsewhere',
    '/etc/passwd',
    'a\nb',
    'a/../b',
  ])('is refused for the out %j', (path) => {
    expect(() => checkPlan({ branch: 'main', paths: [{ path: path as RepoPath, kind: 'out' }] })).toThrow(
      MlopsError,
    );
  });

  it('is refused for a lock or ignore file of another name, and taken for what is ours', () => {
    const plan = (path: string, kind: PlannedPath['kind']) => ({
      branch: 'feature/x',
      paths: [{ path: path as RepoPath, kind }],
    });
    expect(() => checkPlan(plan('train.py', 'lock'))).toThrow(MlopsError);
    expect(() => checkPlan(plan('.github', 'ignore'))).toThrow(MlopsError);
    expect(() => checkPlan(plan('.mlops/.gitignore', 'ignore'))).toThrow(MlopsError);
    for (const [path, kind] of [
      ['sub/pipeline.lock', 'lock'],
      ['.gitignore', 'ignore'],
      ['reports/.hidden/metrics.json', 'out'],
    ] as const)
      expect(() => checkPlan(plan(path, kind))).not.toThrow();
  });

  it.each(['', '-x', 'a b', 'a..b', 'a:refs/heads/main', 'a\n', 'x.lock', '@'])(
    'is refused for the branch %j',
    (branch) => {
      expect(() => checkPlan({ branch, paths: [] })).toThrow(MlopsError);
    },
  );

  it('is refused where a stage left a link in the place of a file or folder', async () => {
    const ground = openGround();
    const { job } = ground;
    unlinkSync(join(job.top, 'metrics.json'));
    symlinkSync('/etc/passwd', join(job.top, 'metrics.json'));
    expect((await failureOf(commitBack(job, planOf(job), now))).message).toContain(
      'metrics.json is no plain',
    );
    symlinkSync('/etc', join(job.top, 'reports'));
    const plan = planOf(job, { paths: planned('reports/passwd') });
    expect((await failureOf(commitBack(job, plan, now))).message).toContain('reports is no plain');
  });

  it('is refused where the lock of the run cannot be read whole', async () => {
    const ground = openGround();
    write(ground.job.top, { 'pipeline.lock': RAN['pipeline.lock'].replace('make 2', 'make 3') });
    expect(await failureOf(commitBack(ground.job, planOf(ground.job), now))).toMatchObject({
      exit: 'integrity',
    });
  });
});

describe('the words of a commit', () => {
  it('say what ran and where, on their own lines', () => {
    const words = {
      ran: ['train', 'evil\nMlops-Run: x'],
      restored: ['prepare'],
      runUrl: 'https://ci/1\nX: y',
    };
    expect(commitMessage(words)).toBe(
      'Update pipeline.lock\n\nRan: train, evil Mlops-Run: x\nRestored: prepare\n\nMlops-Run: https://ci/1 X: y\n',
    );
    const many = Array.from({ length: 30 }, (_, at) => `s${at}`);
    expect(commitMessage({ ran: many, restored: [], runUrl: undefined })).toMatch(/s19, and 10 more\n$/);
  });

  it('close no issue, call nobody, and skip no job', () => {
    const ran = [
      'fixes #3:a',
      'closes octo/weather#3:a',
      'fixes !3:a',
      '@octocat:a',
      '[skip ci]:a',
      '[ci skip]:a',
    ];
    expect(commitMessage({ ran, restored: [], runUrl: undefined })).not.toMatch(/[#@!]\w|\[skip|skip\]/);
  });

  it('name whom Git was told, else the bot of the host', () => {
    const told = { GIT_AUTHOR_NAME: 'Bo', GIT_AUTHOR_EMAIL: 'bo@example.org' };
    expect(committer(told, 'github')).toEqual({ name: 'Bo', email: 'bo@example.org' });
    expect(committer({}, 'github')?.name).toBe('github-actions[bot]');
    expect(committer({}, 'shell')).toBeUndefined();
  });
});

it('lets nobody change what it commits to: the head of the plan has to be there', async () => {
  const ground = openGround();
  write(ground.job.top, RAN);
  const plan = planOf(ground.job, { head: commitOf('1'.repeat(40)) });
  expect(await failureOf(commitBack(ground.job, plan, now))).toMatchObject({ exit: 'remote' });
});
