// The one door: a command asks for a reporter and hands it events.
import type { Environment } from '../../core/environment.ts';
import { type OutputStream, styleOf, wantsLive } from '../terminal.ts';
import { createJsonReporter } from './json.ts';
import { liveReporterOf } from './live.ts';
import { createPlainReporter } from './plain.ts';
import type { Reporter } from './reporter.ts';

export type ReportMode = 'live' | 'plain' | 'json';

export interface ReporterOptions {
  /** Left out: live where a person looks at `err`, else plain. */
  readonly mode?: ReportMode;
  /** For data: JSON lines go here. */
  readonly out: OutputStream;
  /** For talk: everything else goes here. */
  readonly err: OutputStream;
  readonly env: Environment;
}

export function createReporter({ mode, out, err, env }: ReporterOptions): Reporter {
  switch (mode ?? (wantsLive(err, env) ? 'live' : 'plain')) {
    case 'json':
      return createJsonReporter(out);
    case 'live':
      return liveReporterOf(err, env);
    case 'plain':
      return createPlainReporter(err, styleOf(err, env, process.platform));
  }
}
