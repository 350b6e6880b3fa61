/**
 * A line that begins with `/close` or `/approve` is a command to GitLab, given with the rights of our token:
 * https://docs.gitlab.com/user/project/quick_actions/. A space before it makes it a line of text.
 */
export function withoutQuickActions(text: string): string {
  return text.replace(/^\//gm, ' /');
}
