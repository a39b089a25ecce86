import type { Plugin } from 'esbuild';

export const builtinModules: Plugin;
