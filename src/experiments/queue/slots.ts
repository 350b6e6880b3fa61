// Slots of a worker: each runs one experiment at a time and sees its own GPUs.
import { fail } from '../../core/failure.ts';

export interface Slot {
  /** From 0. */
  readonly number: number;
  /** What its experiments find in their environment besides. */
  readonly env: { readonly [name: string]: string };
}

/**
 * `gpus` as typed after `--gpus`: `0,1`; undefined = as the environment says. More GPUs than slots are shared out; more
 * slots than GPUs have to say who shares: `--gpus 0,0,1`. @throws MlopsError `usage`
 */
export function slotsFor(count: number | undefined, gpus: readonly string[] | undefined): Slot[] {
  const slots = count ?? gpus?.length ?? 1;
  if (gpus && slots > gpus.length)
    fail('usage', `${slots} slots cannot have a GPU each of ${gpus.join(',')}`, {
      help: `-j ${gpus.length}, or name one twice and slots share it: --gpus ${[...gpus, gpus[0]].join(',')}`,
    });
  return Array.from({ length: slots }, (_, number) => ({
    number,
    env: {
      MLOPS_SLOT: String(number),
      ...(gpus ? { CUDA_VISIBLE_DEVICES: share(gpus, number, slots).join(',') } : {}),
    },
  }));
}

/** Neighbours stay together: 0,1 and 2,3. */
function share(gpus: readonly string[], slot: number, slots: number): readonly string[] {
  const first = (at: number): number => Math.floor((at * gpus.length) / slots);
  return gpus.slice(first(slot), first(slot + 1));
}

/** @throws MlopsError `usage` */
export function parseGpus(typed: string): string[] {
  const ids = typed.split(',').map((id) => id.trim());
  const wrong = ids.find((id) => !/^[A-Za-z0-9/-]+$/.test(id));
  if (wrong !== undefined)
    fail('usage', `--gpus ${typed}: ${wrong === '' ? 'a number is missing' : `"${wrong}" is no GPU`}`, {
      help: 'such as 0,1, or their UUIDs',
    });
  return ids;
}
