import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ElectronPort } from '../electron/electron-port.ts';

const Stored = z.object({ url: z.string(), token: z.string() });

/**
 * The login of this account at a service whose own token it may not read. Kept between starts only where the system can
 * encrypt it for this account (Windows' DPAPI, a key ring); else it is gone when the app quits.
 */
export class LoginStore {
  readonly #path: string;
  readonly #safe: ElectronPort['safeStorage'];
  #login: z.infer<typeof Stored> | null | undefined;

  constructor(path: string, safe: ElectronPort['safeStorage']) {
    this.#path = path;
    this.#safe = safe;
  }

  /** The token for the service at `url`; null where there is none. */
  tokenAt(url: string): string | null {
    this.#login ??= this.#read();
    return this.#login?.url === url ? this.#login.token : null;
  }

  save(url: string, token: string): void {
    this.#login = { url, token };
    if (!this.#safe.isEncryptionAvailable()) return;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, this.#safe.encryptString(JSON.stringify(this.#login)), { mode: 0o600 });
  }

  clear(): void {
    this.#login = null;
    rmSync(this.#path, { force: true });
  }

  #read(): z.infer<typeof Stored> | null {
    if (!this.#safe.isEncryptionAvailable()) return null;
    try {
      return Stored.parse(JSON.parse(this.#safe.decryptString(readFileSync(this.#path))));
    } catch {
      // None, or of another account: as good as none.
      return null;
    }
  }
}
