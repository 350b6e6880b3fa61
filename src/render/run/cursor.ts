// A cursor that is hidden while lines are redrawn, and back whatever ends the process.
import type { OutputStream } from '../terminal.ts';

/** Where signals and the end of the process are heard: `process`, or an emitter in tests. */
export interface ProcessEvents {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
}

export interface CursorOptions {
  readonly stream: OutputStream;
  readonly events: ProcessEvents;
  /** Ends this process by the signal, as if nobody had listened. */
  readonly raise: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void;
}

export interface Cursor {
  /** What to write so that it is hidden: '' when it is. */
  hide(): string;
  /** Shows it, and listens no longer. */
  release(): void;
}

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function openCursor({ stream, events, raise }: CursorOptions): Cursor {
  let hidden = false;
  const show = (): void => {
    if (hidden) stream.write(SHOW);
    hidden = false;
  };
  const heard = SIGNALS.map((signal) => {
    const listener = (): void => {
      show();
      // Nobody else wants to end the run in an orderly way: the signal does what it always does.
      if (events.listenerCount(signal) === 1) {
        events.off(signal, listener);
        raise(signal);
      }
    };
    return { signal, listener };
  });
  events.on('exit', show);
  for (const { signal, listener } of heard) events.on(signal, listener);
  return {
    hide: () => {
      if (hidden) return '';
      hidden = true;
      return HIDE;
    },
    release: () => {
      show();
      events.off('exit', show);
      for (const { signal, listener } of heard) events.off(signal, listener);
    },
  };
}
