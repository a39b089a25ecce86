import type { RetentionPolicy } from '../../../contracts/retention.ts';
import type { retentionTexts } from './texts.ts';

/** Rules in a line: `7 daily, 5 weekly, 12 monthly`. */
export function retentionSummary(policy: RetentionPolicy | null, { summary }: (typeof retentionTexts)['en']): string {
  if (policy === null) return summary.all;
  const counts = (['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'days'] as const).flatMap((rule) => {
    const count = policy[rule];
    return count === undefined || count === 0 ? [] : [summary[rule](count)];
  });
  return [...counts, ...(policy.within === undefined ? [] : [summary.within(policy.within)])].join(', ');
}
