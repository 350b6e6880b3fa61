// One small figure of each kind, as the engine makes them out of files.
import type { RepoPath } from '../../src/core/ids.ts';
import type { PlotDecl } from '../../src/core/plot.ts';
import { figuresOf } from '../../src/plots/figures.ts';
import type { Revision } from '../../src/plots/sources.ts';
import { revisionOf } from '../plots/revision.ts';

/** A wave that ends as noise, the same every time. */
function history(shift: number): string {
  return Array.from({ length: 40 }, (_, step) => {
    const noise = ((step * 7919 + shift * 104_729) % 97) / 970;
    return JSON.stringify({
      step,
      loss: Number((2 * Math.exp(-step / (10 + shift)) + noise + 0.05).toFixed(4)),
      accuracy: Number((1 - Math.exp(-step / (8 + shift)) - noise / 4).toFixed(4)),
    });
  }).join('\n');
}

function revision(name: string, shift: number): Revision {
  const files: { readonly [path: string]: string } = {
    'metrics/train.jsonl': `${history(shift)}\n{"step":40,"loss":NaN,"accuracy":0.95}\n`,
    'metrics/classes.csv': `actual,predicted\n${Array.from({ length: 60 }, (_, at) => `${['cat', 'dog', 'a very long-winded bird'][at % 3]},${['cat', 'dog', 'a very long-winded bird'][(at % (5 + shift) === 0 ? at + 1 : at) % 3]}`).join('\n')}\n`,
    'metrics/roc.json': JSON.stringify({
      roc: Array.from({ length: 21 }, (_, at) => ({ fpr: at / 20, tpr: (at / 20) ** (1 / (3 + shift)) })),
    }),
    'metrics/weights.csv': `name,importance\nhumidity,${0.2 + shift / 10}\nwind,-0.1\n"temperature, in degrees Celsius",0.9\n`,
    'metrics/dots.tsv': `truth\tpredicted\n${Array.from({ length: 30 }, (_, at) => `${at}\t${at + ((at * 31 + shift * 7) % 11) - 5}`).join('\n')}\n`,
  };
  return revisionOf(name, files);
}

function plot(id: string, file: string, columns: readonly string[], more: Partial<PlotDecl> = {}): PlotDecl {
  return { id, x: [], y: [{ file: file as RepoPath, columns }], where: { file: 'pipeline.yaml' }, ...more };
}

const PLOTS = [
  plot('Loss', 'metrics/train.jsonl', ['loss'], { yScale: 'log', xLabel: 'batches seen' }),
  plot('metrics/train.jsonl', 'metrics/train.jsonl', ['accuracy'], { template: 'smooth' }),
  plot('Confusion', 'metrics/classes.csv', [], { template: 'confusion' }),
  plot('Confusion, shares', 'metrics/classes.csv', [], { template: 'confusion_normalized' }),
  plot('ROC', 'metrics/roc.json', [], { template: 'roc' }),
  plot('Weights', 'metrics/weights.csv', [], { template: 'bar_horizontal_sorted' }),
  plot('Dots', 'metrics/dots.tsv', ['predicted'], { template: 'scatter', x: [{ column: 'truth' }] }),
  plot('Gone', 'metrics/gone.csv', []),
];

export const REVISIONS = ['main', 'calm-otter'];
export const SAMPLES = figuresOf(PLOTS, [revision('main', 0), revision('calm-otter', 4)]);
/** As `plots show` has it: one revision. */
export const SINGLE = figuresOf(PLOTS.slice(0, 7), [revision('workspace', 0)]);

/** Eight series in one figure: as many as there are colours. */
export const EIGHT = figuresOf(
  [plot('Eight', 'metrics/train.jsonl', ['accuracy'])],
  Array.from({ length: 8 }, (_, at) => revision(`run-${at + 1}`, at * 3)),
);
