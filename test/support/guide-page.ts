import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a page that runs as it stands. */
export interface GuideStep {
  /** `serve`: goes on until the page ends. `run`: ends with 0. */
  readonly kind: 'serve' | 'run';
  readonly script: string;
  /** What the page says comes out. */
  readonly answers: readonly GuideAnswer[];
}

export interface GuideAnswer {
  readonly kind: 'json' | 'text';
  readonly text: string;
}

const FENCE = /^```(sh serve|sh run|json answer|text answer)\n([^]*?)^```$/gm;

/** The steps of a page of the documentation, named from the project's folder. */
export function guideSteps(page: string): GuideStep[] {
  const text = readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8');
  const steps: { kind: GuideStep['kind']; script: string; answers: GuideAnswer[] }[] = [];
  for (const [, info = '', content = ''] of text.matchAll(FENCE)) {
    const last = steps.at(-1);
    if (info === 'sh serve' || info === 'sh run') {
      steps.push({ kind: info === 'sh run' ? 'run' : 'serve', script: content, answers: [] });
    } else if (last) {
      last.answers.push({ kind: info === 'json answer' ? 'json' : 'text', text: content });
    } else throw new Error(`${page} answers before anything was asked.`);
  }
  return steps;
}

/** Why an output is not what the page says; null when it is. An ellipsis stands for anything. */
export function answerProblem({ kind, text }: GuideAnswer, output: string): string | null {
  if (kind === 'json') return subsetProblem(JSON.parse(text), lastJson(output), 'the answer');
  const lines = output.split('\n').map(withoutSpaces);
  let at = 0;
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const pattern = new RegExp(withoutSpaces(line).split('…').map(escaped).join('.*'));
    const found = lines.findIndex((candidate, index) => index >= at && pattern.test(candidate));
    if (found < 0) return `"${line}" is not in the output, or not there.`;
    at = found + 1;
  }
  return null;
}

function withoutSpaces(line: string): string {
  return line.replace(/\s+/g, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** curl writes no line break behind an answer, so two of them stand side by side. */
function lastJson(output: string): unknown {
  for (const { index } of output.matchAll(/[[{]/g)) {
    try {
      return JSON.parse(output.slice(index));
    } catch {
      // Not from here on.
    }
  }
  throw new Error(`There is no JSON at the end of the output: ${output}`);
}

function subsetProblem(expected: unknown, actual: unknown, where: string): string | null {
  if (expected === '…') return actual === undefined || actual === null ? `${where} is missing.` : null;
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(expected, actual)
      ? null
      : `${where} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}.`;
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) !== Array.isArray(actual)) {
    return `${where} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}.`;
  }
  const fields = new Map(Object.entries(actual));
  for (const [name, value] of Object.entries(expected)) {
    const problem = subsetProblem(value, fields.get(name), `${where}.${name}`);
    if (problem) return problem;
  }
  return null;
}
