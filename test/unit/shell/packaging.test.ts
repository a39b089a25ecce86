import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const require = createRequire(import.meta.url);

interface BuilderConfig extends Record<string, unknown> {
  appId?: string;
  asarUnpack?: string[];
  nsis?: Record<string, unknown>;
  electronFuses?: Record<string, unknown>;
}

/** As electron-builder itself reads and checks its configuration. */
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  getConfig(folder: string, path: string | null, given: null): Promise<BuilderConfig>;
  validateConfiguration(config: BuilderConfig, log: { isEnabled: boolean }): Promise<void>;
};

const loadConfig = () => getConfig(ROOT, join(ROOT, 'electron-builder.yml'), null);
const validate = (config: BuilderConfig) => validateConfiguration(config, { isEnabled: false });

describe('electron-builder.yml', () => {
  test('is what electron-builder accepts', async () => {
    await expect(validate(await loadConfig())).resolves.toBeUndefined();
  });

  test.each([
    ['a wrong key', (config: BuilderConfig) => ({ ...config, asarUnpak: [] }), /asarUnpak/],
    [
      'a wrong key inside',
      (config: BuilderConfig) => ({ ...config, nsis: { ...config.nsis, perMachin: true } }),
      /configuration[.]nsis/,
    ],
    ['a wrong value', (config: BuilderConfig) => ({ ...config, electronFuses: { runAsNode: 'no' } }), /runAsNode/],
  ])('%s is refused', async (_what, change, message) => {
    await expect(validate(change(await loadConfig()))).rejects.toThrow(message);
  });

  test('closes every fuse that lets somebody else in', async () => {
    expect((await loadConfig()).electronFuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  test('the installer is for the machine, asks, and keeps the data', async () => {
    expect((await loadConfig()).nsis).toMatchObject({
      oneClick: false,
      perMachine: true,
      deleteAppDataOnUninstall: false,
    });
  });

  test('its id is the one that the app names to Windows', async () => {
    expect(read('main/shell/launch.ts')).toContain(`APP_ID = '${(await loadConfig()).appId}'`);
  });

  test('native addons and all that they load are real files', async () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dependencies?: object; optionalDependencies?: object } | undefined>;
    };
    const needed = new Set<string>();
    const add = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      const { dependencies = {}, optionalDependencies = {} } = packages[`node_modules/${name}`] ?? {};
      for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) add(dependency);
    };
    for (const name of ['better-sqlite3', 'koffi', 'sodium-native']) add(name);
    const { asarUnpack = [] } = await loadConfig();
    const patterns = asarUnpack.filter((pattern) => pattern.startsWith('node_modules/')).map(patternOf);
    expect([...needed].filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
  });
});

/** Of a pattern `node_modules/{a,b-*}/**` a regular expression for the package's name. */
function patternOf(glob: string): RegExp {
  const name = glob.replace(/^node_modules\//, '').replace(/\/\*\*$/, '');
  const alternatives = name.replace(/^\{(.*)\}$/, '$1').split(',');
  const sources = alternatives.map((text) => text.replaceAll('.', '[.]').replaceAll('*', '[^/]*'));
  return new RegExp(`^(?:${sources.join('|')})(?:/|$)`);
}

describe('the Windows service', () => {
  const service = read('build/windows/guardit-service.xml');
  const installer = read('build/windows/installer.nsh');

  test('runs the bundle that lies beside the archive, claims its folder, and gets its time to stop', () => {
    expect(service).toContain('app.asar.unpacked\\dist\\guardit.js" serve --claim');
    expect(service).toContain('<delayedAutoStart>true</delayedAutoStart>');
    expect(service).toContain('<stoptimeout>120 sec</stoptimeout>');
    expect(service).toContain('name="GUARDIT_DATA_DIR" value="%ProgramData%\\GuardIT"');
  });

  test('is stopped before files are replaced, and removed only when GuardIT goes', () => {
    const uninstall = /!macro customUnInstall([\s\S]*?)!macroend/.exec(installer)?.[1] ?? '';
    expect(uninstall.indexOf('stopwait')).toBeGreaterThan(0);
    expect(uninstall.indexOf('stopwait')).toBeLessThan(uninstall.indexOf('${ifNot} ${isUpdated}'));
    expect(uninstall.indexOf('${ifNot} ${isUpdated}')).toBeLessThan(uninstall.indexOf("uninstall'"));
    expect(uninstall).not.toMatch(/RMDir|Delete/);
  });

  test('starts only in a folder that is closed to everybody else', () => {
    const install = /!macro customInstall([\s\S]*?)!macroend/.exec(installer)?.[1] ?? '';
    const closed = install.indexOf(
      '/inheritance:r /grant:r "${GUARDIT_SYSTEM}:(OI)(CI)F" "${GUARDIT_ADMINS}:(OI)(CI)F"',
    );
    expect(install.indexOf('/setowner')).toBeLessThan(closed);
    expect(closed).toBeLessThan(install.indexOf('" start\''));
  });
});

describe('icons', () => {
  test.each(['ok', 'running', 'paused', 'warning', 'error', 'disconnected'])(
    'tray-%s has the sizes of every scaling',
    (state) => {
      const file = readFileSync(join(ROOT, `build/icons/rendered/tray-${state}.ico`));
      const count = file.readUInt16LE(4);
      const sizes = Array.from({ length: count }, (_, at) => file.readUInt8(6 + 16 * at));
      expect(sizes.sort((a, b) => a - b)).toEqual([16, 20, 24, 32, 40, 48]);
      expect(
        readFileSync(join(ROOT, `build/icons/rendered/tray-${state}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    },
  );

  test('every state looks different', () => {
    const files = ['ok', 'running', 'paused', 'warning', 'error', 'disconnected'].map((state) =>
      readFileSync(join(ROOT, `build/icons/rendered/tray-${state}.ico`)).toString('base64'),
    );
    expect(new Set(files).size).toBe(6);
  });
});
