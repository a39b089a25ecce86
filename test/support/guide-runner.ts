import { afterAll, describe, expect, test, vi } from 'vitest';
import { answerProblem, guideSteps } from './guide-page.ts';
import { ServiceMachine } from './service-machine.ts';

/** Does what pages of the guide say, step by step, each page on a machine of its own. */
export function testGuidePages(pages: readonly string[]): void {
  // Pages start a service and up to twenty processes one after the other.
  vi.setConfig({ testTimeout: 400_000 });
  describe.each(pages)('%s', (page) => {
    const machine = new ServiceMachine();
    afterAll(() => machine.remove());

    test('does what it says, step by step', async () => {
      const steps = guideSteps(page);
      expect(steps.map(({ kind }) => kind)).toContain('serve');
      expect(steps.filter(({ answers }) => answers.length > 0).length).toBeGreaterThanOrEqual(3);
      let address = {};
      for (const { kind, script, answers } of steps) {
        if (kind === 'serve') {
          const { url } = await machine.serve(script);
          // The port is any free one here; pages speak of the usual one.
          address = { GUARDIT_URL: url };
          continue;
        }
        const { code, stdout, stderr } = await machine.run(script, address);
        const told = `${script}\n--- wrote ---\n${stdout}\n--- complained ---\n${stderr}`;
        expect(code, told).toBe(0);
        for (const answer of answers) expect(answerProblem(answer, stdout), told).toBeNull();
      }
    });
  });

  describe('a page that is wrong is found out', () => {
    const problem = (kind: 'json' | 'text', text: string, output: string) => answerProblem({ kind, text }, output);

    test.each([
      ['json', '{"a": 1}', '{"a": 2}'],
      ['json', '{"a": [{"b": "…"}]}', '{"a": []}'],
      ['json', '{"a": {}}', '{"a": null}'],
      ['text', 'one\ntwo', 'two\none'],
      ['text', '3 of … files', '3 of 4'],
      ['text', 'a.c', 'abc'],
    ] as const)('%s %s', (kind, text, output) => expect(problem(kind, text, output)).not.toBeNull());

    test.each([
      ['json', '{"a": [{"b": "…"}]}', 'text {"x": 1}{"a": [{"b": 5, "c": 6}], "d": 7}'],
      ['text', 'State: … done\nlast', '  State:     well   done\nmore\n\nlast line'],
    ] as const)('but not %s %s', (kind, text, output) => expect(problem(kind, text, output)).toBeNull());
  });
}
