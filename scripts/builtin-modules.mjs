/**
 * Takes Node's own modules past the ES module loader.
 *
 * `import { readFileSync } from 'node:fs'` makes Node wrap the module for ES modules, and for that it reads every property that the
 * module has: also those that load something when they are read (fs: its streams, crypto: Web Crypto, util: the parser
 * of arguments). That costs some 30 ms of the start of the process, and again of each thread. `process.getBuiltinModule`
 * hands out the same object and reads nothing.
 */
import { isBuiltin } from 'node:module';

const NAMESPACE = 'builtin-module';

/**
 * An esbuild plugin: in a bundle, import statements read from Node's modules just the names that they use. Calls of `require` stay as they
 * are, since they wrap nothing, and so does `import()`, which would have to read all names.
 */
export const builtinModules = {
  name: 'builtin-modules',
  setup(build) {
    build.onResolve({ filter: /^[a-z][a-z0-9_:/]*$/ }, ({ path, kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(path)) return undefined;
      return { path: path.replace(/^(?!node:)/, 'node:'), namespace: NAMESPACE, sideEffects: false };
    });
    build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({ contents: stub(path), loader: 'js' }));
  },
};

/**
 * An ES module in a builtin's stead. Its exports are calls without side effects, so esbuild drops those that nobody imports;
 * reading a property may have side effects, and esbuild would keep that.
 */
function stub(path) {
  const names = Object.keys(process.getBuiltinModule(path)).filter((name) => name !== 'default');
  // No builtin exports a name that begins with a dollar sign.
  return [
    `const $builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)});`,
    'const $read = (name) => $builtin[name];',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ $read(${JSON.stringify(name)});`),
    'export default $builtin;',
  ].join('\n');
}
