// Sections that a job's log folds: https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
import type { JobLog } from '../job-log.ts';

/** GitLab masks its own variables; annotations it has none of in a log. */
export function gitlabLog(random: string, seconds: () => number): JobLog {
  const name = `mlops_${random.slice(0, 8)}`;
  return {
    mask: () => '',
    open: (title) =>
      title === undefined
        ? ''
        : `\x1b[0Ksection_start:${seconds()}:${name}[collapsed=false]\r\x1b[0K${title}\n`,
    close: (title) => (title === undefined ? '' : `\x1b[0Ksection_end:${seconds()}:${name}\r\x1b[0K\n`),
    annotate: () => '',
  };
}
