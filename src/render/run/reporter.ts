import type { RunEvent } from '../../core/event.ts';

/** Shows the events of one run. `report` never throws for an event; `close` comes last, also when the run failed; a second one does nothing, and progress after it is not shown. */
export interface Reporter {
  readonly report: (event: RunEvent) => void;
  readonly close: () => void;
}
