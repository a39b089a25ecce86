import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { referencePage } from '../../../main/api/reference-page/reference-page.ts';
import type { ApiDocument as PageDocument } from '../../../main/api/reference-page/api-document.ts';
import type { ApiDocument } from '../../support/openapi.ts';
import { runService, type RunningService } from '../../support/running-service.ts';

let service: RunningService;
let answer: Response;
let page: string;
let document: ApiDocument;

beforeAll(async () => {
  service = await runService();
  answer = await fetch(`${service.url}/docs`);
  page = await answer.text();
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as ApiDocument;
});
afterAll(() => service.stop());

const VOID_ELEMENTS = new Set(['meta', 'link', 'wbr', 'br', 'hr', 'img', 'input']);

/** Elements that are closed by something else than what was opened last. */
function misnested(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = ''] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (VOID_ELEMENTS.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe('GET /docs', () => {
  it('is a page for anybody', () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(misnested(page)).toEqual([]);
  });

  it('runs no script and loads nothing: the one style sheet is the one that the policy names', () => {
    expect(page).not.toMatch(/<script|javascript:|\son\w+=|\sstyle="|@import|url\(/i);
    const loaded = [...page.matchAll(/\s(?:src|href)="([^"#][^"]*)"/g)].map(([, target]) => target);
    expect(new Set(loaded)).toEqual(new Set(['data:,', '/openapi.json']));
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = '']) => text);
    expect(styles).toHaveLength(1);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(
      `style-src 'sha256-${createHash('sha256')
        .update(styles[0] ?? '')
        .digest('base64')}';`,
    );
  });

  it('shows every operation and every schema, and its contents lead to each', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    for (const link of links) expect(ids, `the link to #${link}`).toContain(link);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { operationId } of operations) expect(links).toContain(`op-${operationId}`);
    for (const name of Object.keys(document.components['schemas'] ?? {})) expect(links).toContain(`schema-${name}`);
  });

  it('gives examples that name this server and never a token', () => {
    expect(page).toContain(`curl ${service.url}/api/tasks`);
    expect(page).toContain('Authorization: Bearer $TOKEN');
    expect(page).not.toContain(service.adminToken);
  });

  it('escapes whatever the document says', () => {
    const evil = `<script>alert("1")</script> & 'x'`;
    const text = JSON.stringify(document).replaceAll('"The task."', JSON.stringify(evil));
    const other = JSON.parse(text) as PageDocument;
    const info = { ...other.info, title: evil, description: `\`${evil}\` **${evil}**` };
    const rendered = referencePage({ ...other, info }, `http://x/"><script>`);
    expect(rendered).not.toMatch(/<script/i);
    expect(rendered).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;');
    expect(misnested(rendered)).toEqual([]);
  });
});
