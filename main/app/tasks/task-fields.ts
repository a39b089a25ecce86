import type { z } from 'zod';
import {
  ACTION_CONFIG_SCHEMAS,
  MASK,
  maskSecrets,
  restoreMasked,
  type ActionType,
} from '../../../contracts/actions.ts';
import { AppError } from '../errors/app-error.ts';
import { ScheduleError } from '../schedule/schedule-error.ts';
import { MANUAL, parseSchedule } from '../schedule/schedule.ts';
import { checkTimeZone } from '../schedule/wall-clock.ts';
import type { TaskAction } from './task.ts';

type Config = TaskAction['config'];

/** The text of a schedule, when it is one. Null stays null, and is as good as `manual`. */
export function checkedSchedule(text: string | null, field = 'schedule'): string | null {
  if (text === null) return null;
  refusing(field, () => parseSchedule(text));
  // As it was sent: whoever wrote `every 1 minutes` wants to read that.
  return text.trim();
}

/** When reports are expected; nobody expects what is `manual`. */
export function checkedExpectedSchedule(text: string | null): string | null {
  const schedule = checkedSchedule(text, 'expectedSchedule');
  return schedule === null || parseSchedule(schedule).kind === MANUAL.kind ? null : schedule;
}

/** Null, and nothing at all, is that of the installation. */
export function checkedTimeZone(name: string | null | undefined, field = 'timeZone'): string | null {
  return typeof name === 'string' ? refusing(field, () => checkTimeZone(name)) : null;
}

function refusing<T>(field: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const accepted = error.acceptedFormats.length > 0 ? { accepted_formats: error.acceptedFormats } : {};
    throw invalid(field, error.code, error.message, accepted);
  }
}

/**
 * Checks a configuration by its type's schema and gives it as it is to be stored: as sent, with stored values where the
 * client sent their masks back.
 */
export function checkedConfig(type: ActionType, sent: Config, stored: Config | null): Config {
  const schema: z.ZodType | undefined = Object.hasOwn(ACTION_CONFIG_SCHEMAS, type)
    ? ACTION_CONFIG_SCHEMAS[type as keyof typeof ACTION_CONFIG_SCHEMAS]
    : undefined;
  if (!schema) throw invalid('type', 'unsupported', `a task of type ${type} can't be made here`);
  const config = withStoredSecrets(sent, stored);
  const result = schema.safeParse(config);
  if (result.success) return config;
  const issues = result.error.issues.slice(0, 20).map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const field = ['config', ...issue.path, ...unknown].map(String).join('.');
    if (unknown.length > 0) return { field, code: 'unknown_field', message: 'there is no such field' };
    return { field, code: issue.code, message: issue.message };
  });
  const first = issues[0] ?? { field: 'config', code: 'invalid', message: 'is invalid' };
  throw invalid(first.field, first.code, first.message, { issues });
}

/**
 * Masks may come back only where the secret goes to the same place as before: else whoever may edit a task could have its
 * secrets sent to an address of their own.
 */
function withStoredSecrets(sent: Config, stored: Config | null): Config {
  if (!JSON.stringify(sent).includes(MASK)) return sent;
  // restoreMasked gives back what it got, with other values.
  const restored = stored === null ? sent : (restoreMasked(sent, stored) as Config);
  if (stored !== null && destinationOf(restored) !== destinationOf(stored)) {
    throw invalid('config', 'masked', 'where it goes has changed, so masked values must be sent again');
  }
  const field = ['url', 'headers', 'env'].find((name) => JSON.stringify(restored[name] ?? null).includes(MASK));
  if (field) throw invalid(`config.${field}`, 'masked', 'holds a mask in place of a value');
  return restored;
}

/** What gets to see the secrets: a server, or a program. */
function destinationOf({ url, command, args, shell, cwd }: Config): string {
  const origin = typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : url;
  return JSON.stringify([origin, command, args, shell, cwd]);
}

/** A configuration as answers and events show it. */
export function shownConfig(config: Config): Record<string, unknown> {
  return maskSecrets(config) as Record<string, unknown>;
}

export function invalid(field: string, code: string, reason: string, more: Record<string, unknown> = {}): AppError {
  return new AppError('invalid_request', `${field}: ${reason}`, { field, code, ...more });
}
