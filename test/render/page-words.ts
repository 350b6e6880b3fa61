/** Words of a page, a block a line: what a reader reads, without what it looks like. `blocks`: elements that end a line. */
export function pageWords(html: string, blocks: readonly string[]): string {
  const text = html
    .replace(/<(style|script|title|desc)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(new RegExp(`</(${blocks.join('|')})>`, 'g'), '\n')
    .replace(/<\/(td|th)>/g, ' | ')
    .replace(/<[^>]+>/g, '')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
  const lines = text.split('\n').map((line) => line.trim());
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
