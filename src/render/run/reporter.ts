import type { RunEvent } from '../../core/event.ts';

/** Shows the events of one run. `report` never throws for an event; `close` is called once, also when the run failed. */
export interface Reporter {
  readonly report: (event: RunEvent) => void;
  readonly close: () => void;
}
