// The options of `notebook`, and what a notebook stage reads and writes.
import type { ActionPlan } from '../../../core/action.ts';
import type { JsonObject } from '../../../core/json.ts';
import { any, described, map, object, type Problem, type Shape, text } from '../../../core/shape.ts';
import { fileName } from '../../../util/file-name.ts';

export const notebookShape: Shape = object(
  {
    path: described('The notebook; it runs in the folder of pipeline.yaml', text),
    params: described(
      'Values set after the cell that is tagged "parameters", else before the first',
      map(any),
    ),
    output: described('The notebook with its results; notebooks/<stage>.ipynb where not given', text),
    kernel: described("The kernel it runs in; the notebook's own where not given", text),
    python: described('The Python that has nbclient and ipykernel; python3 where not given', text),
  },
  ['path'],
);

export interface NotebookOptions {
  readonly path: string;
  readonly params: JsonObject;
  readonly output: string;
  readonly kernel: string | null;
  readonly python: string;
}

export function notebookOptionsOf(json: JsonObject, local: string): NotebookOptions {
  return {
    path: json['path'] as string,
    params: (json['params'] ?? {}) as JsonObject,
    output: (json['output'] as string | undefined) ?? `notebooks/${fileName(local)}.ipynb`,
    kernel: (json['kernel'] as string | undefined) ?? null,
    python: (json['python'] as string | undefined) ?? 'python3',
  };
}

export function planNotebook(json: JsonObject, { local }: { readonly local: string }): ActionPlan {
  const { path, params, output } = notebookOptionsOf(json, local);
  return {
    reads: [path],
    writes: [{ path: output, git: false, metric: false }],
    hashed: json,
    problems: [
      ...(path.endsWith('.ipynb')
        ? []
        : [{ path: ['path'], message: `${path} is no notebook`, help: 'its name ends in .ipynb' }]),
      ...Object.keys(params).flatMap((name): Problem[] =>
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
          ? []
          : [
              {
                path: ['params', name],
                key: true,
                message: `"${name}" cannot be a variable of the notebook`,
              },
            ],
      ),
    ],
  };
}
