// A repository with so many experiments on HEAD, written by `git fast-import`: what their commits hold is what runs
// would have left there. The numbers follow from the seed alone.
import { execFileSync } from 'node:child_process';

const PIPELINE = `stages:
  prepare:
    cmd: python prepare.py
    deps: [prepare.py]
    params: [prepare.split]
    outs: [data/train.csv]
  train:
    cmd: python train.py \${model}
    deps: [data/train.csv, train.py]
    params: [model, train]
    outs: [model.bin]
  evaluate:
    cmd: python evaluate.py
    deps: [model.bin]
    metrics: [metrics.json]
`;

const params = ({ model, lr, trees, depth }) => `# What a run may change.
model: ${model}
prepare:
  split: 0.2
  seed: 7
train:
  lr: ${lr}
  trees: ${trees}
  depth: ${depth}
  early_stop: true
  features: [hour, weekday, temperature]
`;

const MODELS = ['forest', 'boost', 'linear'];

/** `dir` is a Git repository without commits; returns the baseline. */
export function makeExperiments(dir, count, seed = 1) {
  const git = (args, input) =>
    execFileSync('git', args, { cwd: dir, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const random = mulberry32(seed);
  const base = { model: 'forest', lr: 0.1, trees: 100, depth: 8 };
  const lines = [
    ...commit('refs/heads/main', 1, [
      ['pipeline.yaml', PIPELINE],
      ['prepare.py', 'print("prepare")\n'],
      ['train.py', 'print("train")\n'],
      ['evaluate.py', 'print("evaluate")\n'],
      ['.gitignore', '/data/train.csv\n/model.bin\n'],
      ...results(base, random),
    ]),
  ];
  git(['fast-import', '--quiet', '--done'], `${lines.join('\n')}\ndone\n`);
  const baseline = git(['rev-parse', 'main']).trim();
  const baselineTree = git(['rev-parse', 'main^{tree}']).trim();
  const experiments = [];
  for (let at = 0; at < count; at++) {
    const chosen = {
      model: MODELS[Math.floor(random() * MODELS.length)],
      lr: Number((10 ** (-4 + 3.5 * random())).toPrecision(3)),
      trees: 10 * Math.ceil(40 * random()),
      depth: 1 + Math.floor(12 * random()),
    };
    const name = `exp-${String(at + 1).padStart(4, '0')}`;
    const set = (key, value) => ({ file: 'params.yaml', key, op: 'set', value });
    const record = {
      v: 1,
      name,
      baseline,
      baselineTree,
      patch: null,
      overrides: [
        set(['model'], chosen.model),
        set(['train', 'lr'], chosen.lr),
        set(['train', 'trees'], chosen.trees),
        set(['train', 'depth'], chosen.depth),
      ],
      ticket: null,
      sweep: null,
      ended: random() < 0.04 ? 'gate' : 'ok',
      ms: Math.round(800 + 20 * chosen.trees * (0.5 + random())),
      started: new Date(Date.UTC(2026, 10, 1, 9) + at * 61_000).toISOString(),
    };
    const words = record.overrides.map(({ key, value }) => `${key.join('.')}=${value}`).join(' ');
    const message = `${words}\n\nMlops-Experiment: ${canonical(record)}\n`;
    experiments.push(
      ...commit(`refs/mlops/exp/${baseline}/${name}`, at + 2, results(chosen, random), baseline, message),
    );
  }
  git(['fast-import', '--quiet', '--done'], `${experiments.join('\n')}\ndone\n`);
  git(['reset', '-q', '--hard', 'main']);
  return baseline;
}

/** Better with more trees and a rate near 0.02, worse where it is too deep; with noise. */
function results(chosen, random) {
  const { model, lr, trees, depth } = chosen;
  const skill =
    { forest: 0.86, boost: 0.9, linear: 0.78 }[model] +
    0.05 * (1 - Math.exp(-trees / 120)) -
    0.02 * Math.abs(Math.log10(lr / 0.02)) -
    0.004 * Math.abs(depth - 6);
  const accuracy = Math.min(0.999, skill + 0.01 * (random() - 0.5));
  const metrics = {
    accuracy: Number(accuracy.toFixed(5)),
    log_loss: Number((-Math.log(accuracy) + 0.05 * random()).toFixed(5)),
    seconds_per_1k_rows: Number((0.002 * trees * (1 + depth / 10)).toFixed(5)),
  };
  const lock = { version: 1, data: {}, stages: {} };
  return [
    ['params.yaml', params(chosen)],
    ['metrics.json', `${JSON.stringify(metrics, null, 2)}\n`],
    ['pipeline.lock', `${JSON.stringify(lock, null, 1)}\n`],
  ];
}

function commit(ref, mark, files, from, message = 'first model\n') {
  const who = `Ada <ada@example.org> ${1_793_000_000 + mark} +0000`;
  return [
    `commit ${ref}`,
    `mark :${mark}`,
    `author ${who}`,
    `committer ${who}`,
    data(message),
    ...(from ? [`from ${from}`] : []),
    ...files.flatMap(([path, text]) => [`M 100644 inline ${path}`, data(text)]),
    '',
  ];
}

function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** Keys in order, as the program writes it; no text in it needs more. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}

/** Tommy Ettinger's generator: the same numbers everywhere. */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
