import { unlessGone } from '../call-trouble.ts';
import type { Thread } from '../forge.ts';
import { carries, isNewer, isSameText, type Mark, marked } from '../mark.ts';
import type { Post, Posts } from '../upsert.ts';
import { withoutQuickActions } from './quick-actions.ts';
import type { GitlabSite } from './site.ts';

interface Note extends Post {
  readonly body: string;
}

export async function notesOn(
  { client, slug, url, me }: GitlabSite,
  { kind, number }: Thread,
  mark: Mark,
  body: string,
): Promise<Posts<Note>> {
  const notes = kind === 'pull' ? client.MergeRequestNotes : client.IssueNotes;
  const page = `${url}/-/${kind === 'pull' ? 'merge_requests' : 'issues'}/${number}`;
  const whole = marked(mark, withoutQuickActions(body));
  const us = await me();
  const noteOf = ({ id, body: text }: { readonly id: number; readonly body: string }): Note => ({
    id,
    url: `${page}#note_${id}`,
    body: text,
  });
  return {
    found: 'ours',
    find: async () => {
      const all = await notes.all(slug, number, { sort: 'asc', orderBy: 'created_at', perPage: 100 });
      return all
        .filter((each) => !each.system && each.author.id === us && carries(mark, each.body))
        .map(noteOf);
    },
    create: async () => noteOf(await notes.create(slug, number, whole)),
    isNewer: (note) => isNewer(note.body, mark),
    isSame: (note) => isSameText(note.body, whole),
    update: async ({ id }) => {
      await notes.edit(slug, number, id, { body: whole });
    },
    remove: ({ id }) => unlessGone(notes.remove(slug, number, id)),
  };
}
