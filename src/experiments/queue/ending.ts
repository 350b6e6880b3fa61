// What became of a ticket, from what its run came to.
import type { EndedTicket, Experiment, Ticket } from '../../core/experiment.ts';
import { EXIT } from '../../core/failure.ts';
import type { TicketOutcome } from '../trial.ts';

type Ending = Pick<EndedTicket, 'state' | 'exit' | 'experiment' | 'failure'> &
  /** Where its result has another name. */
  Partial<Pick<EndedTicket, 'name'>>;

export const KILLED = {
  state: 'killed',
  exit: EXIT.terminated,
  experiment: null,
  failure: 'killed by mlops exp queue kill',
} as const satisfies Ending;

/** `by`: `host pid`, for people. */
export function endedNow(ticket: Ticket, ending: Ending, started: Date, by: string): EndedTicket {
  const { name = ticket.name, state, exit, experiment, failure } = ending;
  const times = { started: started.toISOString(), ended: new Date().toISOString() };
  return { ...ticket, name, state, exit, experiment, failure, ...times, by };
}

export function endingOf(outcome: TicketOutcome): Ending {
  return 'experiment' in outcome ? { ...outcome, failure: null } : { ...outcome, experiment: null };
}

/** Of one that has its result from a worker that died. */
export function endingBefore({ ended, commit, name }: Experiment): TicketOutcome {
  return ended === 'gate'
    ? { state: 'gate', exit: EXIT.gate, experiment: commit, name }
    : { state: 'done', exit: EXIT.ok, experiment: commit, name };
}
