import { RetentionPolicy } from '../../../contracts/retention.ts';
import type { Problems } from '../form/problems.ts';

export const RETENTION_KINDS = ['usual', 'all', 'own'] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];
export const RULES = ['last', 'daily', 'weekly', 'monthly', 'yearly', 'days'] as const;
export type Rule = (typeof RULES)[number];

/** What is kept, as the form's fields hold it: text, until it is sent. */
export interface RetentionDraft {
  readonly kind: RetentionKind;
  readonly rules: Readonly<Record<Rule, string>>;
  /** Rules that the form does not show: they stay as they are. */
  readonly rest: Pick<RetentionPolicy, 'hourly' | 'within'>;
}

const USUAL: RetentionPolicy = { daily: 7, weekly: 5, monthly: 12 };
const NO_RULES = { last: '', daily: '7', weekly: '5', monthly: '12', yearly: '', days: '' };

export const USUAL_RETENTION: RetentionDraft = { kind: 'usual', rules: NO_RULES, rest: {} };

export function retentionDraftOf(policy: RetentionPolicy | null): RetentionDraft {
  if (policy === null) return { ...USUAL_RETENTION, kind: 'all' };
  if (isSame(policy, USUAL)) return USUAL_RETENTION;
  const { hourly, within } = policy;
  const rules = Object.fromEntries(RULES.map((rule) => [rule, policy[rule] === undefined ? '' : String(policy[rule])]));
  const rest = { ...(hourly !== undefined && { hourly }), ...(within !== undefined && { within }) };
  return { kind: 'own', rules: rules as Record<Rule, string>, rest };
}

/** As the API takes it, null for everything, and what it would refuse: by `retention` and the rule. */
export function retentionPolicyOf(draft: RetentionDraft): {
  readonly policy: RetentionPolicy | null;
  readonly problems: Problems;
} {
  if (draft.kind !== 'own') return { policy: draft.kind === 'all' ? null : USUAL, problems: {} };
  const given = RULES.filter((rule) => draft.rules[rule].trim() !== '');
  const policy = { ...draft.rest, ...Object.fromEntries(given.map((rule) => [rule, Number(draft.rules[rule])])) };
  const problems: Record<string, string> = {};
  for (const issue of RetentionPolicy.safeParse(policy).error?.issues ?? [])
    problems[['retention', ...issue.path].join('.')] ??= issue.message;
  return { policy, problems };
}

function isSame(one: RetentionPolicy, other: RetentionPolicy): boolean {
  const textOf = (policy: RetentionPolicy) => JSON.stringify(Object.entries(policy).sort());
  return textOf(one) === textOf(other);
}
