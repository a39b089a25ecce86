import type { Command } from 'commander';
import type { Invocation } from '../../invocation.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { addTaskOrAll, changeSchedule, type AllFlags } from './pausing.ts';

export function define(command: Command, invocation: Invocation): void {
  addTaskOrAll(command);
  addServiceOptions(command);
  addServiceExamples(command, ['tasks resume log-cleanup', 'tasks resume --all']);
  talksToService(command, invocation, run);
}

const run: ServiceAction<AllFlags> = (context) =>
  changeSchedule(context, 'resume', undefined, (what) => `${what} goes on as scheduled.`);
