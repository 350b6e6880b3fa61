import { describe, expect, it } from 'vitest';
import { edges, load, names, problems, stage } from './rig.ts';

const WHOLE = `vars: [params.yaml]
data:
  data/raw: {}
stages:
  prepare:
    cmd: node src/prepare.mjs --seed \${prepare.seed}
    deps: [src/prepare.mjs, data/raw]
    params: [prepare]
    env: [TZ]
    outs: [data/train.csv, data/test.csv]
  train:
    matrix: {model: [forest, linear]}
    cmd: ["node src/train.mjs \${item.model}", echo done]
    deps: [src/*.mjs, data/train.csv]
    params: [train.lr, other.toml: [deep.key], whole.json: null]
    outs: ["models/\${item.model}.onnx": {persist: true, push: false, remote: r, desc: d, type: t}]
    metrics: ["metrics/train-\${item.model}.json"]
    resources: {cpus: 2, memory: 4GiB, gpus: 0}
    mutex: gpu
    timeout: 1h30m
    retries: 1
    image: node:22
    secrets: [API_KEY]
    shell: bash -c
    frozen: true
    always: true
    pin: [platform]
    desc: as \${it} stands
    meta: {owner: me}
  judge:
    evaluate: {model: models/forest.onnx, data: data/test.csv, metrics: [accuracy], gates: {accuracy: {min: 0.9}}}
`;
const PARAMS = {
  'params.yaml': 'prepare: {seed: 7}\ntrain: {lr: 0.1}\n',
  'other.toml': '[deep]\nkey = 1\n',
  'whole.json': '{"a": 1}',
};
const WITH_PARAMS = { 'pipeline.yaml': WHOLE, ...PARAMS };

describe('a pipeline', () => {
  it('is every stage with all its keys', () => {
    const train = stage(WITH_PARAMS, 'train@linear');
    expect(JSON.parse(JSON.stringify(train, (key, value) => (key === 'where' ? undefined : value)))).toEqual({
      name: 'train@linear',
      local: 'train@linear',
      base: 'train',
      file: { path: 'pipeline.yaml', dir: '', lock: 'pipeline.lock' },
      action: { kind: 'cmd', cmd: ['node src/train.mjs linear', 'echo done'] },
      wdir: '',
      shell: 'bash -c',
      deps: [
        { kind: 'glob', pattern: 'src/*.mjs' },
        { kind: 'path', path: 'data/train.csv' },
      ],
      params: [
        { file: 'params.yaml', keys: ['train.lr'] },
        { file: 'other.toml', keys: ['deep.key'] },
        { file: 'whole.json', keys: [] },
      ],
      env: [],
      secrets: ['API_KEY'],
      outs: [
        {
          path: 'models/linear.onnx',
          git: false,
          cache: true,
          persist: true,
          push: false,
          metric: false,
          remote: 'r',
          desc: 'd',
          type: 't',
        },
        {
          path: 'metrics/train-linear.json',
          git: true,
          cache: true,
          persist: false,
          push: true,
          metric: true,
        },
      ],
      plots: [],
      resources: { cpus: 2, memory: 4 * 2 ** 30, gpus: 0 },
      mutex: ['gpu'],
      timeoutMs: 5_400_000,
      retries: 1,
      image: 'node:22',
      pin: ['platform'],
      frozen: true,
      always: true,
      desc: 'as ${it} stands',
      meta: { owner: 'me' },
    });
  });

  it('has edges, an order and data', () => {
    const pipeline = load(WITH_PARAMS);
    expect(pipeline.order).toEqual(['prepare', 'train@forest', 'train@linear', 'judge']);
    expect(edges(WITH_PARAMS)).toEqual([
      'prepare → train@forest',
      'prepare → train@linear',
      'prepare → judge',
      'train@forest → judge',
    ]);
    expect(pipeline.downstream.get('train@forest' as never)).toEqual(new Set(['judge']));
    expect([...pipeline.data.keys()]).toEqual(['data/raw']);
  });

  it('knows where everything stands', () => {
    const { where, action, deps, outs } = stage(WITH_PARAMS, 'judge');
    expect([where.line, where.column, where.length]).toEqual([30, 3, 5]);
    expect([action.where.line, action.where.column]).toEqual([31, 5]);
    expect(deps.map((dep) => [dep.where.line, dep.where.column])).toEqual([
      [31, 49],
      [31, 23],
    ]);
    expect(outs.map((out) => out.where.line)).toEqual([31, 31]);
    expect(JSON.parse(JSON.stringify(where))).toEqual({
      file: 'pipeline.yaml',
      line: 30,
      column: 3,
      length: 5,
      text: '  judge:',
    });
  });

  it('is empty where no file is, and where a file is empty', () => {
    expect(names({})).toEqual([]);
    expect(names('')).toEqual([]);
    expect(names('stages:\n')).toEqual([]);
  });

  it('takes a built-in action by name or through uses', () => {
    const { action } = stage(WITH_PARAMS, 'judge');
    expect(action).toMatchObject({
      kind: 'uses',
      uses: 'evaluate',
      options: { model: 'models/forest.onnx' },
    });
    const long = stage('stages:\n  j:\n    uses: evaluate\n    with: {data: d.csv}\n', 'j');
    expect(long.action).toMatchObject({ uses: 'evaluate', options: { data: 'd.csv' } });
    expect(long.deps.map((dep) => dep.kind === 'path' && dep.path)).toEqual(['d.csv']);
    expect(long.outs.map(({ path, git, metric }) => [path, git, metric])).toEqual([
      ['reports/j.json', true, true],
      ['reports/j.details.json', false, false],
    ]);
  });

  it('has the module of an action of your own among its deps', () => {
    const found = stage(
      { 'sub/pipeline.yaml': 'stages:\n  j:\n    uses: ./my.mjs\n    with: {a: 1}\n    outs: [o]\n' },
      'sub:j',
    );
    expect(found.action).toMatchObject({ kind: 'uses', uses: './sub/my.mjs', options: { a: 1 } });
    expect(found.deps).toMatchObject([{ kind: 'path', path: 'sub/my.mjs' }]);
  });
});

describe('several pipeline.yaml files', () => {
  const files = {
    'pipeline.yaml': 'stages:\n  top:\n    cmd: a\n    deps: [features/out/table]\n    outs: [gen]\n',
    'features/pipeline.yaml':
      'vars: [{n: 3}]\nstages:\n  build:\n    cmd: b ${n} ${lr}\n    wdir: code\n    deps: [main.py, ../../shared/*.py]\n    params: [lr]\n    outs: [../out/table]\n',
    'features/code/params.yaml': 'lr: 1\n',
    'features/params.yaml': 'lr: 2\n',
    'gen/pipeline.yaml': 'this: [is, not, ours',
  };

  it('are one graph, with paths relative to each folder or wdir', () => {
    expect(edges(files)).toEqual(['features:build → top']);
    const build = stage(files, 'features:build');
    expect(build).toMatchObject({
      local: 'build',
      wdir: 'features/code',
      action: { cmd: ['b 3 2'] },
      deps: [{ path: 'features/code/main.py' }, { pattern: 'shared/*.py' }],
      params: [{ file: 'features/code/params.yaml' }],
      outs: [{ path: 'features/out/table' }],
      file: { path: 'features/pipeline.yaml', dir: 'features', lock: 'features/pipeline.lock' },
    });
  });

  it('do not include those inside an out or a data entry', () => {
    expect(load(files).files.map((file) => file.path)).toEqual(['pipeline.yaml', 'features/pipeline.yaml']);
  });

  it('may have stages of one name', () => {
    const yaml = 'stages:\n  a:\n    cmd: x\n';
    expect(names({ 'pipeline.yaml': yaml, 'b/pipeline.yaml': yaml, 'a/c/pipeline.yaml': yaml })).toEqual([
      'a',
      'b:a',
      'a/c:a',
    ]);
  });

  it('report the problems of all of them', () => {
    expect(
      problems({
        'pipeline.yaml': 'stages:\n  a: {cdm: x}\n',
        'b/pipeline.yaml': 'stages:\n  b: {cmd: x, dep: [y]}\n',
      }),
    ).toEqual([
      'b/pipeline.yaml:2:15 "dep" unknown key "dep" | did you mean "deps"?',
      'pipeline.yaml:2:7 "cdm" unknown key "cdm" | did you mean "cmd"?',
    ]);
  });
});

describe('foreach and matrix', () => {
  const each = (loop: string, body = 'cmd: echo ${item}'): string =>
    `stages:\n  s:\n    foreach: ${loop}\n    do:\n      ${body}\n`;

  it('name stages as DVC does', () => {
    expect(names(each('[a, 1, true, 0.5]'))).toEqual(['s@a', 's@1', 's@true', 's@0.5']);
    expect(names(each('[{a: 1}, {a: 2}]', 'cmd: echo ${item.a}'))).toEqual(['s@0', 's@1']);
    expect(names(each('{us: 1, eu: 2}', 'cmd: echo ${key} ${item}'))).toEqual(['s@us', 's@eu']);
    const matrix =
      'stages:\n  mx:\n    matrix: {v: [1, 2], w: [n, {a: 1}]}\n    cmd: echo ${item.v} ${key}\n';
    expect(names(matrix)).toEqual(['mx@1-n', 'mx@1-w1', 'mx@2-n', 'mx@2-w1']);
    expect(stage(matrix, 'mx@2-w1').action).toMatchObject({ cmd: ['echo 2 2-w1'] });
    expect(stage(each('{us: {n: [7]}}', 'cmd: "echo ${key} ${item.n[0]}"'), 's@us').action).toMatchObject({
      cmd: ['echo us 7'],
    });
  });

  it('take their items from params', () => {
    const files = { 'pipeline.yaml': each('"${models}"'), 'params.yaml': 'models: [a, b]\nn: {x: [1, 2]}\n' };
    expect(names(files)).toEqual(['s@a', 's@b']);
    const matrix = 'stages:\n  s:\n    matrix: {x: "${n.x}"}\n    cmd: echo ${item.x}\n';
    expect(names({ ...files, 'pipeline.yaml': matrix })).toEqual(['s@1', 's@2']);
  });

  it('refuse two stages of one name', () => {
    expect(problems(each('[a, b, a]'))).toEqual([
      'pipeline.yaml:2:3 "s" two stages would be named "s@a" | make the values of foreach or matrix differ',
    ]);
  });

  it('say what they need', () => {
    expect(problems('stages:\n  s:\n    foreach: [1]\n')).toEqual(['pipeline.yaml:2:3 "s" "do" is missing']);
    expect(problems(each('3'))).toEqual(['pipeline.yaml:3:14 "3" expected a list, a map or ${…}, found 3']);
    expect(problems({ 'pipeline.yaml': each('"${n}"'), 'params.yaml': 'n: 3\n' })).toEqual([
      'pipeline.yaml:3:5 "foreach" foreach needs a list or a map',
    ]);
    expect(problems('stages:\n  s:\n    matrix: {a: 1}\n    cmd: x\n')).toEqual([
      'pipeline.yaml:3:17 "1" expected a list or ${…}, found 1',
    ]);
  });

  it('say once what is wrong in every instance', () => {
    expect(problems(each('[a, b, c]', 'cmd: echo ${nope}'))).toEqual([
      'pipeline.yaml:5:17 "${nope}" ${nope} is not defined | define it in params.yaml or in a file named under vars:',
    ]);
  });
});

describe('${…}', () => {
  const params = (yaml: string, paramsYaml: string) => ({ 'pipeline.yaml': yaml, 'params.yaml': paramsYaml });
  it('fills values of every type and keys', () => {
    const yaml =
      'stages:\n  s:\n    cmd: x\n    frozen: ${f}\n    retries: ${n}\n    outs: [{"${o}": {git: "${f}"}}]\n    deps: ${d}\n';
    expect(stage(params(yaml, 'f: true\nn: 2\no: out\nd: [a, b]\n'), 's')).toMatchObject({
      frozen: true,
      retries: 2,
      outs: [{ path: 'out', git: true }],
      deps: [{ path: 'a' }, { path: 'b' }],
    });
  });

  it('stays literal as \\${', () => {
    expect(stage('stages:\n  s:\n    cmd: echo \\${HOME}\n', 's').action).toMatchObject({
      cmd: ['echo ${HOME}'],
    });
  });

  it('joins vars of several files, and refuses a name that two of them set', () => {
    const yaml = 'vars: [more.yaml:a.b, {a: {c: 3}}]\nstages:\n  s:\n    cmd: echo ${a.c} ${p}\n';
    const files = { ...params(yaml, 'p: 1\na: {x: 1}\n'), 'more.yaml': 'a: {b: 2, c: 1}\n' };
    expect(stage(files, 's').action).toMatchObject({ cmd: ['echo 3 1'] });
    expect(problems({ ...files, 'params.yaml': 'p: 1\na: {c: 1}\n' })).toEqual([
      'pipeline.yaml:1:23 "{a: {c: 3}}" ${a.c} is set twice | rename one of the two',
    ]);
    expect(problems('vars: [gone.yaml]\n')).toEqual([]);
    expect(problems('vars: [gone.yaml]\nstages:\n  s:\n    cmd: x\n')).toEqual([
      'pipeline.yaml:1:8 "gone.yaml" vars file gone.yaml is not there | create it, or remove it here',
    ]);
  });

  it('says what is not there, and what was meant', () => {
    const at = (cmd: string): string[] =>
      problems(params(`stages:\n  s:\n    cmd: ${cmd}\n`, 'train: {lr: 1, layers: [8]}\n'));
    expect(at('x ${train.lrr}')).toEqual([
      'pipeline.yaml:3:12 "${train.lrr}" ${train.lrr}: there is no "lrr" in train | did you mean ${train.lr}?',
    ]);
    expect(at('x ${trian.lr}')).toEqual([
      'pipeline.yaml:3:12 "${trian.lr}" ${trian.lr} is not defined | did you mean ${train.lr}?'.replace(
        '${train.lr}?',
        '${train}?',
      ),
    ]);
    expect(at('x ${train.layers[1]}')).toEqual([
      'pipeline.yaml:3:12 "${train.layers[1]}" ${train.layers[1]}: there is no "1" in train.layers',
    ]);
    expect(at('x ${toString}')[0]).toContain('${toString} is not defined');
    expect(at('x ${')).toEqual([
      'pipeline.yaml:3:12 "${" "${" is not closed | write \\${ for a ${ that the shell should see',
    ]);
    expect(at('x ${a b}')[0]).toContain('${a b} is not a name like train.lr or layers[0]');
    expect(at('x ${train | upper}')[0]).toContain('"upper" is no filter | the only one is ${name | raw}');
    expect(at('x $(echo ${train.lr})')).toEqual([
      'pipeline.yaml:3:19 "${train.lr}" ${train.lr} cannot stand inside $(…) | name it under env: and write "$NAME" there, or set a shell variable first',
    ]);
  });

  it('is not read from a params file that is broken but not asked', () => {
    expect(names(params('stages:\n  s:\n    cmd: x\n', 'a: [\n'))).toEqual(['s']);
    expect(problems(params('stages:\n  s:\n    cmd: x ${a}\n', 'a: b: c\n'))).toEqual([
      'params.yaml:1:4 "b" a second ": " in one line | put the whole value in quotes: \'…\'',
      'pipeline.yaml:3:12 "${a}" ${a} is not defined | define it in params.yaml or in a file named under vars:',
    ]);
  });
});
