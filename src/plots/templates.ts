// How plots are drawn, as data: what a template is for and which columns it takes when none is named.
import type { PlotTemplate } from '../core/plot.ts';

export interface Template {
  readonly name: PlotTemplate;
  readonly about: string;
  /** Columns that it looks for, most wanted first. */
  readonly x: readonly string[];
  readonly y: readonly string[];
}

const STEPS = ['step', 'epoch', 'iteration'];

export const TEMPLATES: readonly Template[] = [
  { name: 'linear', about: 'lines over steps, with markers to tell them apart', x: STEPS, y: [] },
  { name: 'simple', about: 'lines over steps, nothing else', x: STEPS, y: [] },
  {
    name: 'smooth',
    about: 'lines over steps through their noise: LOESS, span 30 %; the points behind in pale',
    x: STEPS,
    y: [],
  },
  { name: 'scatter', about: 'a dot a row over two columns of numbers', x: [], y: [] },
  { name: 'scatter_jitter', about: 'a dot a row, spread a little where many share a value', x: [], y: [] },
  {
    name: 'bar_horizontal',
    about: 'a bar a row: y names the bars, x says how long',
    x: ['importance', 'value'],
    y: ['name', 'feature'],
  },
  {
    name: 'bar_horizontal_sorted',
    about: 'a bar a row, the longest first',
    x: ['importance', 'value'],
    y: ['name', 'feature'],
  },
  {
    name: 'confusion',
    about: 'counts of rows by two columns of classes: x the actual, y the predicted',
    x: ['actual', 'label', 'y_true'],
    y: ['predicted', 'prediction', 'y_pred'],
  },
  {
    name: 'confusion_normalized',
    about: 'the same as shares of each actual class',
    x: ['actual', 'label', 'y_true'],
    y: ['predicted', 'prediction', 'y_pred'],
  },
  {
    name: 'roc',
    about: 'true over false positive rate, with the area below it (AUC)',
    x: ['fpr', 'false_positive_rate'],
    y: ['tpr', 'true_positive_rate'],
  },
];

export function templateOf(name: PlotTemplate): Template {
  const found = TEMPLATES.find((each) => each.name === name);
  if (!found) throw new Error(`BUG: no template ${name}`);
  return found;
}
