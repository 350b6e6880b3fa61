import { describe, expect, it } from 'vitest';
import { edges, load, problems } from './rig.ts';

/** `a: [deps] → [outs]` lines as a pipeline. */
function pipeline(...lines: string[]): string {
  const stages = lines.map((line) => {
    const [, name, deps, outs] = /^(\S+): (.*) → (.*)$/.exec(line)!;
    return `  ${name}:\n    cmd: run\n    deps: ${deps}\n    outs: ${outs}\n`;
  });
  return `stages:\n${stages.join('')}`;
}

describe('edges', () => {
  it('lead from the stage that writes to the stage that reads', () => {
    expect(edges(pipeline('b: [x] → [y]', 'a: [src] → [x]'))).toEqual(['a → b']);
  });

  it('lead through directories in both directions', () => {
    expect(edges(pipeline('a: [] → [out]', 'b: [out/deep/file] → []'))).toEqual(['a → b']);
    expect(
      edges(pipeline('a: [] → [data/a/x, other]', 'b: [] → [data/b]', 'c: [data] → []', 'd: [dat] → []')),
    ).toEqual(['a → c', 'b → c']);
  });

  it('lead from the outs that a glob matches or that can hold a match', () => {
    const of = (glob: string): string[] =>
      edges(
        pipeline(
          'csv: [] → [data/a.csv]',
          'json: [] → [data/b.json]',
          'dir: [] → [data/dir]',
          `z: ["${glob}"] → [z]`,
        ),
      );
    expect(of('data/*.csv')).toEqual(['csv → z']);
    expect(of('data/*/x.csv')).toEqual(['csv → z', 'json → z', 'dir → z']); // each may be a folder
    expect(of('data/d?r/*.csv')).toEqual(['dir → z']);
    expect(of('data/{a,b}.*')).toEqual(['csv → z', 'json → z']);
    expect(of('data/**')).toEqual(['csv → z', 'json → z', 'dir → z']);
    expect(of('**/*.txt')).toEqual(['csv → z', 'json → z', 'dir → z']);
    expect(of('other/*')).toEqual([]);
  });

  it('take a bracket as itself, and a value in a glob as itself', () => {
    expect(edges(pipeline('a: [] → ["d/[x].csv"]', 'b: ["d/[x].*"] → []'))).toEqual(['a → b']);
    const yaml =
      'stages:\n  a: {cmd: x, outs: [d/ab.csv]}\n  b:\n    foreach: ["a*"]\n    do: {cmd: x, deps: ["d/${item}.*"]}\n';
    expect(edges(yaml)).toEqual([]);
    expect(load(yaml).stages.get('b@a*' as never)?.deps).toMatchObject([
      { kind: 'glob', pattern: 'd/a\\*.*' },
    ]);
  });

  it('do not come from a value that looks like a glob', () => {
    const yaml = 'vars: [{p: "d/*.csv"}]\nstages:\n  b: {cmd: x, deps: ["${p}"]}\n';
    expect(load(yaml).stages.get('b' as never)?.deps).toMatchObject([{ kind: 'path', path: 'd/*.csv' }]);
  });

  it('lead through params files that a stage writes', () => {
    const yaml = 'stages:\n  b: {cmd: x, params: [{tuned.yaml: [lr]}]}\n  a: {cmd: x, outs: [tuned.yaml]}\n';
    expect(edges(yaml)).toEqual(['a → b']);
    expect(load(yaml).order).toEqual(['a', 'b']);
  });

  it('leave independent stages in the order of the file', () => {
    expect(load(pipeline('d: [] → []', 'b: [y] → []', 'c: [] → []', 'a: [] → [y]')).order).toEqual([
      'd',
      'a',
      'b',
      'c',
    ]);
  });
});

describe('a circle of stages', () => {
  it('is refused, whole', () => {
    expect(problems(pipeline('a: [z] → [x]', 'b: [x] → [y]', 'c: [y] → [z]'))).toEqual([
      'pipeline.yaml:2:3 "a" stages wait for each other in a circle: a ← c ← b ← a | one of them must not read what a later one writes',
    ]);
  });

  it('is found through directories and across files', () => {
    const files = {
      'pipeline.yaml': 'stages:\n  a: {cmd: x, deps: [sub/out], outs: [data/x]}\n',
      'sub/pipeline.yaml': 'stages:\n  b: {cmd: x, deps: [../data], outs: [out/deep]}\n',
    };
    expect(problems(files)).toEqual([
      'pipeline.yaml:2:3 "a" stages wait for each other in a circle: a ← sub:b ← a | one of them must not read what a later one writes',
    ]);
  });

  it('is refused where a stage reads its own out', () => {
    const help = ' | a stage cannot wait for itself: name what it really reads';
    expect(problems(pipeline('a: [x] → [x]'))).toEqual([
      `pipeline.yaml:4:12 "x" dep x is the stage's own out${help}`,
    ]);
    expect(problems(pipeline('a: [d] → [d/x]'))).toEqual([
      `pipeline.yaml:4:12 "d" dep d contains the stage's own out d/x${help}`,
    ]);
    expect(problems(pipeline('a: [d/x] → [d]'))).toEqual([
      `pipeline.yaml:4:12 "d/x" dep d/x lies inside the stage's own out d${help}`,
    ]);
    expect(problems(pipeline('a: ["d/*"] → [d/x]'))).toEqual([]); // own outs are not matched
  });

  it('may be 10,000 stages long', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => `s${i}: [f${i + 1}] → [f${i}]`);
    expect(load(pipeline(...chain)).order[0]).toBe('s9999');
    expect(problems(pipeline(...chain, 's10000: [f0] → [f10000]'))[0]).toContain(
      's0 ← s1 ← s2 ← s3 ← … ← s9998 ← s9999 ← s10000 ← s0',
    );
  });
});

describe('a path', () => {
  const help = ' | each path has one owner: write to another path, or make one stage of two';
  it('has one owner, at any depth', () => {
    expect(problems(pipeline('a: [] → [x]', 'b: [] → [x]'))).toEqual([
      `pipeline.yaml:9:12 "x" x is an out of a and an out of b${help}`,
    ]);
    expect(problems(pipeline('a: [] → [d]', 'b: [] → [d/e/f]'))).toEqual([
      `pipeline.yaml:9:12 "d/e/f" d/e/f lies inside d, an out of a${help}`,
    ]);
    expect(problems(pipeline('a: [] → [d/e/f]', 'b: [] → [d]'))).toEqual([
      `pipeline.yaml:9:12 "d" d contains d/e/f, an out of a${help}`,
    ]);
    expect(problems(pipeline('a: [] → [d, d/x]'))).toEqual([
      `pipeline.yaml:5:15 "d/x" d/x lies inside d, an out of a${help}`,
    ]);
    expect(problems(pipeline('a: [] → [x, ./x]'))).toEqual([
      'pipeline.yaml:5:15 "./x" x stands twice in outs | remove one of the two',
    ]);
    expect(problems('data: {d: {}}\nstages:\n  a: {cmd: x, outs: [d/x]}\n')).toEqual([
      `pipeline.yaml:3:22 "d/x" d/x lies inside d, a data entry${help}`,
    ]);
    expect(
      problems({ 'pipeline.yaml': 'data: {sub/d: {}}\n', 'sub/pipeline.yaml': 'data: {d: {}}\n' }),
    ).toEqual([`sub/pipeline.yaml:1:8 "d" sub/d is a data entry and a data entry${help}`]);
  });

  it('stays inside the repository', () => {
    const outs = (...paths: string[]): string[] =>
      problems(pipeline(`a: [] → ${JSON.stringify(paths)}`)).map((line) =>
        line.replace(/ \| .*/, '').replace(/^.*" (path )?/, ''),
      );
    expect(outs('../x', '/etc/x', 'a/../..', '.', 'C:/x', 'a\\b', '.git/hooks', '')).toEqual([
      'leads outside the repository',
      'is absolute',
      'leads outside the repository',
      'is the whole repository',
      'is absolute',
      'contains a backslash (use /)',
      'points into .git',
      'is empty',
    ]);
    expect(outs('.github/w.yml', '.mlops/x', 'pipeline.lock', 'a/../b')).toEqual(
      [
        'no stage may write .github/w.yml'.replace(/^.*" /, ''),
        'no stage may write .mlops/x',
        'no stage may write pipeline.lock',
      ].map((text) => text),
    );
    expect(
      problems({ 'sub/pipeline.yaml': pipeline('a: [../../x, "../../*.csv"] → [../sub]') }),
    ).toHaveLength(3);
  });

  it('may lead out of its folder, not out of the repository', () => {
    expect(
      load({ 'a/b/pipeline.yaml': pipeline('s: ["../../src/*.py", ./x/] → [../out]') }).stages.get(
        'a/b:s' as never,
      ),
    ).toMatchObject({
      deps: [{ pattern: 'src/*.py' }, { path: 'a/b/x' }],
      outs: [{ path: 'a/out' }],
    });
  });
});
