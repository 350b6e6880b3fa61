// Principal components as a network of two linear layers: down to the kept components and up again.
import { momentsOf, principalComponents } from '../principal-components.ts';
import type { Layer } from './network.ts';

const SHARE = 0.65;

/** `block`: rows × `width` standardised numbers. At least one component is left out, or there would be no error at all. */
export function pcaNetwork(block: Float32Array, width: number): readonly Layer[] {
  const model = principalComponents(momentsOf(Float64Array.from(block), width), SHARE);
  const kept = Math.min(model.components, width - 1);
  const down = new Float32Array(kept * width);
  const up = new Float32Array(width * kept);
  const shift = new Float32Array(kept);
  for (let c = 0; c < kept; c++)
    for (let i = 0; i < width; i++) {
      const entry = model.vectors[c * width + i]!;
      down[c * width + i] = entry;
      up[i * kept + c] = entry;
      shift[c]! -= entry * model.mean[i]!;
    }
  return [
    { inputs: width, outputs: kept, weights: down, bias: shift, activation: 'linear' },
    { inputs: kept, outputs: width, weights: up, bias: Float32Array.from(model.mean), activation: 'linear' },
  ];
}
