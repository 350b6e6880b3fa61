// Training of a denoising autoencoder that ends in the same bits on every processor: + − × ÷ √ and max alone (IEEE 754
// rounds those in one way only), uniform first weights and noise, Adam (Kingma and Ba 2015), a fixed number of steps in a
// seeded order, one thread. Math.exp and its kin differ between engines, so there is none of them.
import type { Random } from '../../../util/random.ts';
import { type Layer, SLOPE } from './network.ts';

const BATCH = 32;
const RATE = 0.002;
const DECAY_MEAN = 0.9;
const DECAY_SQUARE = 0.999;
const TINY = 1e-8;
/** Half the width of the noise that is added to each input; its standard deviation is 0.2. */
const NOISE = 0.35;
/** Share of columns that are hidden from the network, so that it learns to tell them from the others. */
const HIDDEN = 0.1;
/** Multiplications are what training costs: about five seconds of them, however wide the table. */
const WORK = 1.2e9;
const LEAST_EPOCHS = 10;
const MOST_EPOCHS = 200;

export interface Trained {
  readonly layers: readonly Layer[];
  readonly epochs: number;
}

/** Widths of the layers of a table of `width` inputs: down to a third, so that only what columns share gets through. */
function widthsFor(width: number): readonly number[] {
  const inner = Math.max(1, Math.min(32, Math.round(width / 3)));
  const outer = Math.max(4, Math.min(64, 2 * width));
  return [width, outer, inner, outer, width];
}

/** `block`: rows × `width` standardised numbers; `columnOf`: for each input which column it is part of. */
export function trainAutoencoder(block: Float32Array, columnOf: Int32Array, random: Random): Trained {
  const width = columnOf.length;
  const rows = block.length / width;
  const widths = widthsFor(width);
  const layers = widths
    .slice(1)
    .map((outputs, at) => new Dense(widths[at]!, outputs, at < widths.length - 2, random));
  const cost = layers.reduce((sum, { inputs, outputs }) => sum + 3 * inputs * outputs, 0);
  const epochs = Math.max(LEAST_EPOCHS, Math.min(MOST_EPOCHS, Math.floor(WORK / (cost * rows))));
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const clean = new Float64Array(width);
  const noisy = new Float64Array(width);
  const hidden = new Uint8Array(columnOf.reduce((most, each) => Math.max(most, each), 0) + 1);
  const step = { meanPower: 1, squarePower: 1 };
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (let start = 0; start < rows; start += BATCH) {
      const end = Math.min(rows, start + BATCH);
      for (let i = start; i < end; i++) {
        for (let at = 0; at < width; at++) clean[at] = block[order[i]! * width + at]!;
        disturb(clean, noisy, columnOf, hidden, random);
        learn(layers, noisy, clean);
      }
      step.meanPower *= DECAY_MEAN;
      step.squarePower *= DECAY_SQUARE;
      for (const layer of layers) layer.update(end - start, step.meanPower, step.squarePower);
    }
  }
  return { layers: layers.map((layer) => layer.finish()), epochs };
}

function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
}

/** All inputs of a hidden column are 0, which is the middle of what they hold. `hidden`: a place for each column. */
function disturb(
  clean: Float64Array,
  noisy: Float64Array,
  columnOf: Int32Array,
  hidden: Uint8Array,
  random: Random,
): void {
  for (let column = 0; column < hidden.length; column++) hidden[column] = random.unit() < HIDDEN ? 1 : 0;
  for (let i = 0; i < clean.length; i++)
    noisy[i] = hidden[columnOf[i]!] ? 0 : clean[i]! + NOISE * (2 * random.unit() - 1);
}

/** Forward, then the gradient of the squared error back through the layers. */
function learn(layers: readonly Dense[], input: Float64Array, wanted: Float64Array): void {
  let values = input;
  for (const layer of layers) values = layer.forward(values);
  let gradient: Float64Array = values.map((value, i) => value - wanted[i]!);
  for (let at = layers.length - 1; at >= 0; at--) gradient = layers[at]!.backward(gradient);
}

/** A layer with its gradient and Adam's two running means. */
class Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly #leaky: boolean;
  /** outputs × (inputs + 1): the bias last in each row. */
  readonly #weights: Float64Array;
  readonly #gradient: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #made: Float64Array;
  readonly #back: Float64Array;
  #from: Float64Array = new Float64Array(0);

  /** First weights uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010). */
  constructor(inputs: number, outputs: number, leaky: boolean, random: Random) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#leaky = leaky;
    const bound = Math.sqrt(6 / (inputs + outputs));
    const size = outputs * (inputs + 1);
    this.#weights = new Float64Array(size);
    for (let at = 0; at < size; at++)
      if ((at + 1) % (inputs + 1) !== 0) this.#weights[at] = bound * (2 * random.unit() - 1);
    this.#gradient = new Float64Array(size);
    this.#means = new Float64Array(size);
    this.#squares = new Float64Array(size);
    this.#made = new Float64Array(outputs);
    this.#back = new Float64Array(inputs);
  }

  forward(from: Float64Array): Float64Array {
    const { inputs, outputs } = this;
    const weights = this.#weights;
    this.#from = from;
    for (let o = 0; o < outputs; o++) {
      const row = o * (inputs + 1);
      let sum = weights[row + inputs]!;
      for (let i = 0; i < inputs; i++) sum += weights[row + i]! * from[i]!;
      this.#made[o] = this.#leaky ? Math.max(sum, sum * SLOPE) : sum;
    }
    return this.#made;
  }

  /** Adds to the gradient of the weights; returns that of the inputs. */
  backward(gradient: Float64Array): Float64Array {
    const { inputs, outputs } = this;
    const weights = this.#weights;
    const sums = this.#gradient;
    const from = this.#from;
    const back = this.#back.fill(0);
    for (let o = 0; o < outputs; o++) {
      // A leaky value is negative exactly where its sum was.
      const delta = this.#leaky && this.#made[o]! < 0 ? gradient[o]! * SLOPE : gradient[o]!;
      const row = o * (inputs + 1);
      for (let i = 0; i < inputs; i++) {
        sums[row + i]! += delta * from[i]!;
        back[i]! += weights[row + i]! * delta;
      }
      sums[row + inputs]! += delta;
    }
    return back;
  }

  /** One step of Adam with the mean gradient of `rows` rows. */
  update(rows: number, meanPower: number, squarePower: number): void {
    const gradient = this.#gradient;
    for (let at = 0; at < gradient.length; at++) {
      const slope = gradient[at]! / rows;
      gradient[at] = 0;
      const mean = DECAY_MEAN * this.#means[at]! + (1 - DECAY_MEAN) * slope;
      const square = DECAY_SQUARE * this.#squares[at]! + (1 - DECAY_SQUARE) * slope * slope;
      this.#means[at] = mean;
      this.#squares[at] = square;
      this.#weights[at]! -=
        (RATE * (mean / (1 - meanPower))) / (Math.sqrt(square / (1 - squarePower)) + TINY);
    }
  }

  finish(): Layer {
    const { inputs, outputs } = this;
    const weights = new Float32Array(outputs * inputs);
    const bias = new Float32Array(outputs);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) weights[o * inputs + i] = this.#weights[o * (inputs + 1) + i]!;
      bias[o] = this.#weights[o * (inputs + 1) + inputs]!;
    }
    return { inputs, outputs, weights, bias, activation: this.#leaky ? 'leaky' : 'linear' };
  }
}
