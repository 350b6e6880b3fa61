// The grammar of pipeline.yaml, once: every file is checked against it and the JSON Schema is published from it.
import type { ActionCatalog } from '../core/action.ts';
import { PLOT_SCALES, PLOT_TEMPLATES } from '../core/plot.ts';
import {
  any,
  bool,
  described,
  either,
  integer,
  list,
  map,
  nothing,
  object,
  type Shape,
  text,
  word,
} from '../core/shape.ts';

const outKeys = {
  git: described('Git keeps it too: it is not put in .gitignore', bool),
  cache: described('false: its bytes are stored nowhere and cannot be restored', bool),
  persist: described('Left in place for the next run, which may build on it', bool),
  push: described('false: stays on this machine', bool),
  remote: described('The remote it is pushed to, instead of the default one', text),
  type: text,
  desc: text,
};
const outOptions = object(outKeys);

const columns = either('a column or a list of columns', text, list(text));
const plotKeys = {
  title: text,
  template: described('How it is drawn; linear if not said', word(...PLOT_TEMPLATES)),
  x: described(
    'Column of the x axis, or {file: column}; nothing: step, else the row',
    either('a column, or a file with its column', text, map(text)),
  ),
  y: described(
    'Columns to draw, or {file: [column]}; nothing: every column of numbers, each by itself',
    either('a column, a list of columns, or files with theirs', text, list(text), map(columns)),
  ),
  x_label: text,
  y_label: text,
  x_scale: word(...PLOT_SCALES),
  y_scale: word(...PLOT_SCALES),
  header: described('false: a CSV without a line of names; its columns are 0, 1, 2 …', bool),
};
const plotOptions = object(plotKeys);
const stagePlotOptions = object({ ...outKeys, ...plotKeys });

/** The keys of a stage as it stands after `${}`, foreach and matrix. */
export function stageKeys(actions: ActionCatalog): { readonly [key: string]: Shape } {
  const outs = list(
    either('a path, or a path with options', text, map(either('options of an out', nothing, outOptions))),
  );
  return {
    cmd: described(
      'Shell command, or a list of them run in order; values of ${…} are quoted',
      either('a command or a list of commands', text, list(text, 1)),
    ),
    ...Object.fromEntries(
      actions.names.map((name) => [name, described(`Built-in action ${name}`, actions.find(name)!.options)]),
    ),
    uses: described(
      'A module with an action of your own (./action.mjs), or the name of a built-in one',
      text,
    ),
    with: described('Options of the action named by uses', map(any)),
    deps: described('Files, folders and globs it reads', list(text)),
    params: described(
      'Keys of params.yaml, or {other.yaml: [key]}; null means the whole file',
      list(
        either('a key, or a file with its keys', text, map(either('a list of keys', nothing, list(text)))),
      ),
    ),
    env: described('Environment variables it depends on; their values are part of the key', list(text)),
    secrets: described('Environment variables it gets that are recorded nowhere', list(text)),
    outs: described('Files and folders it writes', outs),
    metrics: described('Outs that hold metrics; Git keeps them', outs),
    plots: described(
      'Outs that are drawn by `mlops plots`; Git keeps them',
      list(
        either(
          'a path, or a path with options',
          text,
          map(
            either('options of a plot, or a list of them', nothing, stagePlotOptions, list(stagePlotOptions)),
          ),
        ),
      ),
    ),
    wdir: described('Folder it runs in; its paths are relative to it', text),
    shell: described('Instead of /bin/sh -ec', text),
    frozen: described('Keep the outs as they are, whatever changes', bool),
    always: described('Run every time', bool),
    resources: described(
      'What it needs of the machine; stages that do not fit together wait',
      object({
        cpus: { kind: 'number', min: 0 },
        memory: either('a size like 4GiB', text, { kind: 'number', min: 0 }),
        gpus: { kind: 'number', min: 0, integer: true },
      }),
    ),
    mutex: described(
      'Never two stages of one group at once',
      either('a group or a list of them', text, list(text)),
    ),
    timeout: described(
      '2h, 90s, 1h30m',
      either('a duration like 2h or 90s', text, { kind: 'number', min: 0 }),
    ),
    retries: described('How often it is tried again after a failure', { ...integer, kind: 'number', min: 0 }),
    image: described('Container image it runs in', text),
    pin: described('Also part of the key', list(word('platform', 'onnxruntime'))),
    desc: text,
    meta: described('Anything; for you', any),
  };
}

/** A stage as it stands after `${}`, foreach and matrix. */
export function stageShape(actions: ActionCatalog): Shape {
  return object(stageKeys(actions));
}

export const dataShape = map(
  either(
    'options of a data entry',
    nothing,
    object({
      url: described('Where it comes from; mlops update follows it', text),
      path: described('Path in the repository that url is', text),
      rev: described('Branch, tag or commit of that repository that is followed', text),
      git: bool,
      desc: text,
    }),
  ),
);
export const plotsShape = list(
  either(
    'a path, or a path or name with options',
    text,
    map(either('options of a plot', nothing, plotOptions)),
  ),
);
export const varsShape = list(either('a file or a map of values', text, map(any)));
export const loopShape = either('a list, a map or ${…}', text, list(any), map(any));
export const matrixShape = map(either('a list or ${…}', text, list(any)));
