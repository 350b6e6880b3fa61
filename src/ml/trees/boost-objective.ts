// What boosting makes small: the squared error, or the log loss of two classes. Gradients are float32, as in LightGBM.
import type { Gradients } from './boost-histogram.ts';
import { EPSILON } from './boost-options.ts';

export type ObjectiveName = 'l2' | 'binary';

export interface Objective {
  /** Score that all rows start from: the best one without any column. */
  readonly start: number;
  /** False where no tree can help. */
  readonly trains: boolean;
  /** Fills in those of `scores`. */
  gradientsAt(scores: Float64Array): Gradients;
}

/** `target`: numbers, or 0 and 1. */
export function objectiveOf(name: ObjectiveName, target: Float64Array): Objective {
  return name === 'l2' ? squaredError(Float32Array.from(target)) : logLoss(target);
}

function squaredError(target: Float32Array): Objective {
  const gradients = new Float32Array(target.length);
  let sum = 0;
  for (let row = 0; row < target.length; row++) sum += target[row]!;
  return {
    start: target.length === 0 ? 0 : sum / target.length,
    trains: true,
    gradientsAt(scores) {
      for (let row = 0; row < target.length; row++) gradients[row] = scores[row]! - target[row]!;
      return { gradients, hessians: null };
    },
  };
}

function logLoss(target: Float64Array): Objective {
  const gradients = new Float32Array(target.length);
  const hessians = new Float32Array(target.length);
  let positive = 0;
  for (let row = 0; row < target.length; row++) if (target[row]! > 0) positive++;
  const share = Math.max(EPSILON, Math.min(1 - EPSILON, positive / Math.max(1, target.length)));
  return {
    start: Math.log(share / (1 - share)),
    trains: positive > 0 && positive < target.length,
    gradientsAt(scores) {
      for (let row = 0; row < target.length; row++) {
        const sign = target[row]! > 0 ? 1 : -1;
        const response = -sign / (1 + Math.exp(sign * scores[row]!));
        const size = Math.abs(response);
        gradients[row] = response;
        hessians[row] = size * (1 - size);
      }
      return { gradients, hessians };
    },
  };
}

export function probabilityOf(score: number): number {
  return 1 / (1 + Math.exp(-score));
}
