// What the token of a job must be allowed: https://docs.github.com/rest/authentication/permissions-required-for-github-apps
import type { HostApi } from '../host-api.ts';

export const NEEDS: HostApi['needs'] = {
  'pull comment': `${permission('pull-requests: write')}, and a conversation that is not locked`,
  'issue comment': `${permission('issues: write')}, and a conversation that is not locked`,
  status: permission('statuses: write'),
  'look for pull': permission('pull-requests: read'),
  pull: `${permission('pull-requests: write')} and, in the repository’s settings, “Allow GitHub Actions to create and approve pull requests”`,
  issue: permission('issues: write'),
  upload: '',
};

function permission(right: string): string {
  return `“permissions: ${right}” in the workflow`;
}
