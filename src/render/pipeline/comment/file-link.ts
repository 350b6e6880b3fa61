// A place in a file, as a link to it at the commit that the report is of.
import { link } from '../../markdown/blocks.ts';
import { code, type Markdown, withoutHalves } from '../../markdown/text.ts';
import type { PipelineView } from '../types.ts';

/** `pipeline.yaml:34`, as code; a link where a host shows the file. */
export function fileLink({ links }: Pick<PipelineView, 'links'>, file: string, line?: number): Markdown {
  const words = code(line === undefined ? file : `${file}:${line}`);
  const path = pathOf(file);
  if (links.files === null || path === undefined) return words;
  return link(words, `${links.files}${path}${line === undefined ? '' : `#L${line}`}`);
}

/** The same of `pipeline.yaml:34`. */
export function placeLink(view: Pick<PipelineView, 'links'>, place: string): Markdown {
  const [, file, line] = /^(.+):(\d{1,7})$/.exec(place) ?? [];
  return file === undefined ? fileLink(view, place) : fileLink(view, file, Number(line));
}

/** Of a file of the repository: no other leads anywhere. */
function pathOf(file: string): string | undefined {
  const parts = file.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  return parts.map((part) => encodeURIComponent(withoutHalves(part))).join('/');
}
