// Schemas as YAML that people like to edit: a column a line while it is short.
import { Document, isMap, isPair, type Node } from 'yaml';
import { type ColumnSchema, SCHEMA_FORMAT } from './schema.ts';

const WIDTH = 100;

/** Ends with a line end. `about` becomes a comment above. */
export function schemaText(columns: ReadonlyMap<string, ColumnSchema>, about: readonly string[]): string {
  const document = new Document({ format: SCHEMA_FORMAT, columns: Object.fromEntries(columns) });
  document.commentBefore = about.map((line) => ` ${line}`).join('\n');
  const all = document.get('columns');
  if (isMap(all))
    for (const pair of all.items) if (isPair(pair)) shorten(pair.value as Node, String(pair.key).length);
  return printed(document);
}

/** On one line where it fits. */
export function shorten(node: Node, indent: number): void {
  if (!isMap(node)) return;
  node.flow = true;
  if (JSON.stringify(node.toJSON()).length + indent > WIDTH) node.flow = false;
  if (!node.flow)
    for (const pair of node.items)
      if (isPair(pair) && typeof pair.value === 'object' && pair.value !== null && 'flow' in pair.value)
        pair.value.flow = true;
}

export function printed(document: Document): string {
  return document.toString({ lineWidth: WIDTH, flowCollectionPadding: false });
}
