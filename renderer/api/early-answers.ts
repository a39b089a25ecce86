declare global {
  interface Window {
    /** By path: what early.js has asked for. Each answer is for one taker: a second look wants a new one. */
    earlyAnswers?: Record<string, Promise<Response>>;
  }
}

/** The answer that is on its way already; undefined for most. */
export function takeEarlyAnswer(path: string, init: RequestInit): Promise<Response> | undefined {
  const answers = typeof window === 'undefined' ? undefined : window.earlyAnswers;
  if (!answers || !Object.hasOwn(answers, path) || (init.method ?? 'GET') !== 'GET') return undefined;
  const answer = answers[path];
  delete answers[path];
  return answer;
}
