import { defineSwitch } from './switch-schedule.ts';

export const define = defineSwitch('disable');
