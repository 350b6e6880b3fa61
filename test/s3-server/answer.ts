// Answers, and errors as S3 words them.
export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string | number };
  readonly body?: Buffer;
}

export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: { readonly [element: string]: string };
  constructor(status: number, code: string, extra: { readonly [element: string]: string } = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export function xmlAnswer(content: string, status = 200): Answer {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${content}`);
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

export function errorAnswer(error: S3Error, resource: string): Answer {
  const elements = { Code: error.code, Message: error.code, Resource: resource, ...error.extra };
  return xmlAnswer(`<Error>${elementsOf(elements)}</Error>`, error.status);
}

export function elementsOf(elements: { readonly [name: string]: string | number | boolean }): string {
  return Object.entries(elements)
    .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
    .join('');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Every text of `<name>…</name>` in a request's XML. */
export function textsIn(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text]) =>
    text!
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&'),
  );
}
