// What a worker of the queue reports while it works.
import type { RunEvent } from './event.ts';
import type { EndedTicket, Ticket } from './experiment.ts';

export type QueueEvent =
  /** `slots`: how many experiments run at once at most. */
  | { readonly kind: 'worker'; readonly slots: number; readonly waiting: number }
  | { readonly kind: 'began'; readonly slot: number; readonly ticket: Ticket; readonly waiting: number }
  /** What the run of an experiment reports. */
  | { readonly kind: 'run'; readonly slot: number; readonly id: string; readonly event: RunEvent }
  | {
      readonly kind: 'ended';
      readonly slot: number;
      readonly ticket: EndedTicket;
      readonly ms: number;
      readonly waiting: number;
    }
  /** It waits again: its worker was asked to stop. */
  | { readonly kind: 'returned'; readonly slot: number; readonly ticket: Ticket }
  | { readonly kind: 'idle' }
  | { readonly kind: 'note' | 'warning'; readonly text: string; readonly help?: string }
  /** `elsewhere`: experiments that other workers run now. */
  | { readonly kind: 'closed'; readonly ms: number; readonly waiting: number; readonly elsewhere: number };

export type QueueReport = (event: QueueEvent) => void;
