import type { Post } from '../upsert.ts';

/** An issue or a merge request. `id`: its iid. */
export interface Titled extends Post {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export function titledOf(text: {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly description?: string | null;
  readonly labels?: unknown;
}): Titled {
  return {
    id: text.iid,
    url: text.web_url,
    title: text.title,
    body: text.description ?? '',
    labels: Array.isArray(text.labels) ? text.labels.map(String) : [],
  };
}

/** Oldest first. */
export function byId(a: Post, b: Post): number {
  return a.id - b.id;
}
