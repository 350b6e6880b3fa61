// The list of commands. Only the one that was typed is loaded; the others cost a line here.
import type { CommandEntry } from './command.ts';

export const COMMANDS: { readonly [name: string]: CommandEntry } = {
  demo: {
    group: 'Start',
    summary: 'play a tour on real data in a new folder',
    load: () => import('./demo.ts'),
  },
  init: {
    group: 'Start',
    summary: 'make this Git repository an mlops project',
    load: () => import('./init.ts'),
  },
  doctor: {
    group: 'Start',
    summary: 'check the machine and the repository',
    load: () => import('./doctor.ts'),
  },
  completion: {
    group: 'Start',
    summary: 'print completions for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).completionOf(COMMANDS),
  },

  repro: {
    group: 'Pipeline',
    summary: 'run what changed, restore what ran before',
    load: () => import('./repro.ts'),
  },
  status: { group: 'Pipeline', summary: 'what repro would do, and why', load: () => import('./status.ts') },
  stage: { group: 'Pipeline', summary: 'add or list stages', load: () => import('./stage.ts') },
  dag: { group: 'Pipeline', summary: 'draw the graph of stages', load: () => import('./dag.ts') },
  logs: {
    group: 'Pipeline',
    summary: 'show what a stage printed when it last ran',
    load: () => import('./logs.ts'),
  },
  commit: {
    group: 'Pipeline',
    summary: 'accept what the workspace holds as results',
    load: () => import('./commit.ts'),
  },
  freeze: { group: 'Pipeline', summary: 'hold stages as they are', load: () => import('./freeze.ts') },
  unfreeze: { group: 'Pipeline', summary: 'let frozen stages run again', load: () => import('./freeze.ts') },

  add: { group: 'Data', summary: 'track data that is too big for Git', load: () => import('./add.ts') },
  import: {
    group: 'Data',
    summary: 'track a copy of data that lie elsewhere',
    load: () => import('./import.ts'),
  },
  update: {
    group: 'Data',
    summary: 'bring imports up to where they come from',
    load: () => import('./update.ts'),
  },
  get: {
    group: 'Data',
    summary: 'copy from another repository, without tracking it',
    load: () => import('./get.ts'),
  },
  remove: {
    group: 'Data',
    summary: 'stop tracking data, or remove a stage',
    load: () => import('./remove.ts'),
    alias: 'rm',
  },
  mv: { group: 'Data', summary: 'move tracked data', load: () => import('./mv.ts'), alias: 'move' },
  ls: { group: 'Data', summary: 'list what is tracked', load: () => import('./ls.ts'), alias: 'list' },
  diff: {
    group: 'Data',
    summary: 'compare data, params and metrics between commits',
    load: () => import('./diff.ts'),
  },
  checkout: {
    group: 'Data',
    summary: 'put the files of the lock into the workspace',
    load: () => import('./checkout.ts'),
  },

  fsck: {
    group: 'Care',
    summary: 'find damage in the store or on a remote, and repair it',
    load: () => import('./fsck.ts'),
  },
  verify: {
    group: 'Care',
    summary: 'prove that all the lock names can be had',
    load: () => import('./verify.ts'),
  },
  gc: { group: 'Care', summary: 'free what nothing needs any more', load: () => import('./gc.ts') },
  du: { group: 'Care', summary: 'how much room things take', load: () => import('./du.ts') },

  push: {
    group: 'Remote',
    summary: 'send stored bytes and runs to a remote',
    load: () => import('./push.ts'),
  },
  pull: {
    group: 'Remote',
    summary: 'get the bytes of the lock and check them out',
    load: () => import('./pull.ts'),
  },
  fetch: { group: 'Remote', summary: 'get bytes into the store only', load: () => import('./fetch.ts') },
  remote: {
    group: 'Remote',
    summary: 'add, list, change and remove remotes',
    load: () => import('./remote.ts'),
  },
  config: { group: 'Remote', summary: 'read and set settings', load: () => import('./config.ts') },

  git: {
    group: 'Remote',
    summary: 'let checkout, push and merge of Git take mlops along',
    load: () => import('./git.ts'),
  },

  exp: {
    group: 'Experiment',
    summary: 'try changes side by side, compare them, keep the best',
    load: () => import('./exp.ts'),
    alias: 'experiments',
  },

  ci: {
    group: 'Judge',
    summary: 'run, judge and report a change in a CI job, on any host',
    load: () => import('./ci.ts'),
  },
  params: { group: 'Judge', summary: 'compare params', load: () => import('./params.ts') },
  metrics: { group: 'Judge', summary: 'show and compare metrics', load: () => import('./metrics.ts') },
  plots: {
    group: 'Judge',
    summary: 'draw metrics and their history, compare them between commits',
    load: () => import('./plots.ts'),
  },
  gates: {
    group: 'Judge',
    summary: 'judge the gates again without running anything',
    load: () => import('./gates.ts'),
  },
  schema: {
    group: 'Judge',
    summary: 'write down what data have to look like, compare, widen',
    load: () => import('./schema.ts'),
  },
  validate: {
    group: 'Judge',
    summary: 'look for what is wrong with data, without a pipeline',
    load: () => import('./validate.ts'),
  },
  data: {
    group: 'Judge',
    summary: 'look at a data set, or make one up',
    load: () => import('./data.ts'),
  },
  evaluate: {
    group: 'Judge',
    summary: 'judge a model on data, without a pipeline',
    load: () => import('./evaluate.ts'),
  },
  drift: {
    group: 'Judge',
    summary: 'compare two data sets, without a pipeline',
    load: () => import('./drift.ts'),
  },
  explain: {
    group: 'Judge',
    summary: 'say what a model relies on, without a pipeline',
    load: () => import('./explain.ts'),
  },
  model: { group: 'Judge', summary: 'look into a model file', load: () => import('./model.ts') },
  report: {
    group: 'Judge',
    summary: 'the whole pipeline on a page: graph, judgements, changes, history',
    load: () => import('./report.ts'),
  },
  open: { group: 'Judge', summary: 'open the page of a report', load: () => import('./open.ts') },

  _action: {
    group: '',
    summary: 'run a built-in action (used by repro)',
    load: () => import('./action.ts'),
    hidden: true,
  },
  _git: {
    group: '',
    summary: "what Git's hooks and merges call",
    load: () => import('./git-hook.ts'),
    hidden: true,
  },
  _complete: {
    group: '',
    summary: 'what completions ask',
    load: () => import('./complete.ts'),
    hidden: true,
  },
};
