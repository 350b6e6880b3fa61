// `notebook:` runs a notebook headless and fails on an error.
import type { ActionSpec } from '../../core/action.ts';
import { notebookOptionsOf, notebookShape, planNotebook } from './notebook/options.ts';

export const notebookAction: ActionSpec = {
  name: 'notebook',
  revision: 1,
  options: notebookShape,
  plan: planNotebook,
  run: async (options, context) => {
    const { runNotebook } = await import('./notebook/run.ts');
    return runNotebook(notebookOptionsOf(options, context.stage), context);
  },
};
