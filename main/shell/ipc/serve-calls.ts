import type { z } from 'zod';
import {
  SHELL_ARGUMENTS,
  type ShellAnswer,
  type ShellCallName,
  type ShellCalls,
  type ShellChannel,
} from '../../../contracts/shell-bridge.ts';
import type { ElectronPort, IpcEvent } from '../electron/electron-port.ts';
import { isOwnSender } from './check-sender.ts';

/** What the app does for each call. A thrown Error's message is shown to the person. */
export type CallHandlers = {
  readonly [Name in ShellCallName]: (
    ...given: Parameters<ShellCalls[Name]>
  ) => ReturnType<ShellCalls[Name]> | Promise<ReturnType<ShellCalls[Name]>>;
};

/** Answers the bridge: each call on its channel, from our own page only, with arguments that fit. */
export function serveCalls({ ipcMain }: Pick<ElectronPort, 'ipcMain'>, handlers: CallHandlers): void {
  for (const name of Object.keys(SHELL_ARGUMENTS) as ShellCallName[]) {
    ipcMain.handle(`guardit:${name}` satisfies ShellChannel, (event, ...given) => answer(event, name, given, handlers));
  }
}

async function answer(
  event: IpcEvent,
  name: ShellCallName,
  given: readonly unknown[],
  handlers: CallHandlers,
): Promise<ShellAnswer<unknown>> {
  if (!isOwnSender(event)) return { ok: false, message: 'Only GuardIT’s own page may ask this.' };
  const schema: z.ZodType = SHELL_ARGUMENTS[name];
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? ` (argument ${issue.path.map(String).join('.')}: ${issue.message})` : '';
    return { ok: false, message: `${name} was asked for something that it can't do${where}.` };
  }
  // The map of schemas has, by its type, one for each signature: what it let through are this call's arguments.
  const handle = handlers[name] as (...checked: unknown[]) => unknown;
  try {
    return { ok: true, value: await handle(...(parsed.data as unknown[])) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
