// Flags that people bring from DVC and that are named otherwise here, or not needed: said when one is typed.
const EVERYWHERE: { readonly [flag: string]: string } = {
  '-q': 'nothing is printed but results; 2>/dev/null hides the rest',
  '--quiet': 'nothing is printed but results; 2>/dev/null hides the rest',
  '-v': 'mlops logs STAGE shows what a stage printed',
  '--verbose': 'mlops logs STAGE shows what a stage printed',
  '-R': 'name a folder instead: mlops COMMAND DIR/',
  '--recursive': 'name a folder instead: mlops COMMAND DIR/',
  '-a': 'git switch the branch first; one commit at a time',
  '--all-branches': 'git switch the branch first; one commit at a time',
  '-T': 'git switch the tag first; one commit at a time',
  '--all-tags': 'git switch the tag first; one commit at a time',
  '-A': 'git switch the commit first; one commit at a time',
  '--all-commits': 'git switch the commit first; one commit at a time',
  '-d': 'a stage name takes its outs, a path takes what lies in it',
  '--with-deps': 'a stage name takes its outs, a path takes what lies in it',
  '--run-cache': 'runs always travel with push; --no-run-cache leaves them out',
};

const BY_COMMAND: { readonly [command: string]: { readonly [flag: string]: string } } = {
  repro: {
    '-i': 'mlops repro --dry shows what would run, mlops repro STAGE runs it',
    '--interactive': 'mlops repro --dry shows what would run, mlops repro STAGE runs it',
    '-p': 'the whole graph that a target needs is looked at by default',
    '--pipeline': 'the whole graph that a target needs is looked at by default',
    '-P': 'without targets every pipeline of the repository is looked at',
    '--all-pipelines': 'without targets every pipeline of the repository is looked at',
    '--force-downstream': '--force with --downstream: mlops repro -f --downstream STAGE',
    '--allow-missing': 'that is how it always works: only a stage that runs needs bytes',
    '--no-commit': 'outs are always stored; an out with cache: false is not',
    '--ignore-errors': '--keep-going',
    '--glob': 'let the shell expand it',
  },
  status: { '--cloud': '--remote', '-r': '--remote NAME', '--no-updates': 'no update is looked for' },
  push: {
    '-j': 'set jobs on the remote: mlops remote modify NAME jobs 32',
    '--jobs': 'set jobs on the remote: mlops remote modify NAME jobs 32',
    '--glob': 'let the shell expand it',
  },
  pull: {
    '-j': 'set jobs on the remote: mlops remote modify NAME jobs 32',
    '--jobs': 'set jobs on the remote: mlops remote modify NAME jobs 32',
    '--allow-missing': 'name what you need: mlops pull PATH',
  },
  fetch: {
    '-j': 'set jobs on the remote: mlops remote modify NAME jobs 32',
    '--jobs': 'set jobs on the remote: mlops remote modify NAME jobs 32',
  },
  add: {
    '--no-commit': 'added bytes are always stored',
    '--glob': 'let the shell expand it',
    '-o': 'copy it to its place first, then mlops add PLACE',
    '--out': 'copy it to its place first, then mlops add PLACE',
    '--to-remote': 'mlops add, then mlops push PATH',
  },
  import: {
    '--no-exec': 'write "data: {PATH: {url: URL}}" into pipeline.yaml; mlops update PATH brings it later',
    '--no-download': 'write "data: {PATH: {url: URL}}" into pipeline.yaml; mlops update PATH brings it later',
    '--to-remote': 'mlops import, then mlops push PATH',
    '--remote': 'bytes come from the remote that the repository names; mlops get --remote URL takes another',
    '--config': 'settings are those that the repository holds',
    '-j': 'as many at once as the remote allows: its setting "jobs"',
    '--jobs': 'as many at once as the remote allows: its setting "jobs"',
  },
  update: {
    '--to-remote': 'mlops update, then mlops push PATH',
    '--no-download': 'update always brings the bytes: what is recorded can be had',
    '-j': 'as many at once as the remote allows: its setting "jobs"',
    '--jobs': 'as many at once as the remote allows: its setting "jobs"',
  },
  get: {
    '--show-url': '--json has the digests; objects lie under PREFIX/v1 on the remote',
    '--config': 'settings are those that the repository holds; --remote URL takes another place',
    '-j': 'as many at once as the remote allows: its setting "jobs"',
    '--jobs': 'as many at once as the remote allows: its setting "jobs"',
  },
  init: {
    '--no-scm': 'a Git repository is needed: git init',
    '--subdir': 'a folder with its own pipeline.yaml is part of the same project',
    '-f': 'init never overwrites; delete the file first',
  },
  gc: {
    '-w': 'gc keeps what workspace, branches, tags and every commit name; nothing has to be chosen',
    '--workspace': 'gc keeps what workspace, branches, tags and every commit name; nothing has to be chosen',
    '-a': 'gc keeps what every branch names, always',
    '--all-branches': 'gc keeps what every branch names, always',
    '-T': 'gc keeps what every tag names, always',
    '--all-tags': 'gc keeps what every tag names, always',
    '-A': 'gc keeps what every commit names, always',
    '--all-commits': 'gc keeps what every commit names, always',
    '-c': '--remote; it asks every repository that pushed there',
    '--cloud': '--remote; it asks every repository that pushed there',
    '-f': '--yes',
    '--force': '--yes',
    '-p': 'repositories that push to a remote are known there; of a shared store: --also PATH',
    '--projects': 'repositories that push to a remote are known there; of a shared store: --also PATH',
    '--date': '--keep-days N for runs; what a commit names stays',
    '--dry-run': '--dry, or nothing: the plan is shown before anything is moved',
    '-n': 'gc keeps what every commit names, always',
    '--num': 'gc keeps what every commit names, always',
    '--not-in-remote': 'mlops verify --remote says what is there; gc never takes what a commit names',
  },
  checkout: { '--summary': 'a summary is all it prints', '--relink': 'mlops config --local store.link hard' },
  remove: { '--outs': 'rm the files; mlops checkout brings them back' },
  dag: {
    '--md': '--mermaid',
    '--full': 'the whole graph is shown without a target',
    '--collapse-foreach-matrix': '--collapse',
  },
  evaluate: {
    '--label': '--target COLUMN',
    '--train': '-O compare=PATH',
    '--fairness': '-O fairness.by=COLUMN',
  },
  drift: {
    '--chunk-size': '-O time.chunk="500 rows"',
    '--reference': 'mlops drift REFERENCE CURRENT',
    '--current': 'mlops drift REFERENCE CURRENT',
    '--label': '--target COLUMN',
  },
  explain: { '--label': '--target COLUMN', '--background': '--reference PATH', '--method': '--methods a,b' },
  diff: {
    '--targets': 'mlops status PATH',
    '--show-hash': '--json has the digests',
    '--hide-missing': '--json, then filter',
  },
};

/** Words for a flag that this command does not have; undefined for one that nobody knows. */
export function wordsForFlag(command: string, flag: string): string | undefined {
  const name = flag.split('=')[0]!;
  return BY_COMMAND[command]?.[name] ?? EVERYWHERE[name];
}
