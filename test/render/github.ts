// A comment as GitHub shows it: its Markdown (GFM, with HTML let through) under its own style sheet, as one page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

export function commentHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** As wide as a comment is on the screen it is looked at. */
export function commentPage(markdown: string): string {
  const css = readFileSync(
    createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css'),
    'utf8',
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>comment</title>
<style>${css}
body { margin: 0; background: var(--bgColor-default); }
.markdown-body { box-sizing: border-box; max-width: 860px; padding: 16px; font-size: 14px; }
</style>
<body class="markdown-body">
${commentHtml(markdown)}
</body>
</html>
`;
}
