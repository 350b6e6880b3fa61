// The list of built-in actions. To add one: a file here that exports an ActionSpec, and its line below.
import type { ActionCatalog, ActionSpec } from '../../core/action.ts';
import { checkAction } from './check.ts';
import { driftAction } from './drift.ts';
import { evaluateAction } from './evaluate.ts';
import { explainAction } from './explain.ts';
import { notebookAction } from './notebook.ts';
import { profileAction } from './profile.ts';
import { smokeAction } from './smoke.ts';
import { validateAction } from './validate.ts';

const ACTIONS: readonly ActionSpec[] = [
  evaluateAction,
  driftAction,
  explainAction,
  profileAction,
  validateAction,
  checkAction,
  smokeAction,
  notebookAction,
];

export const actions: ActionCatalog = {
  names: ACTIONS.map((action) => action.name),
  find: (name) => ACTIONS.find((action) => action.name === name),
};
