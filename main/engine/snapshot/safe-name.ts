import { isUtf8 } from 'node:buffer';

const WINDOWS_FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f]|[. ]$/;
// Also with an extension, and with the superscript digits that Windows takes for 1 to 3.
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;

/**
 * Whether a name from a tree may become one entry of a folder. Trees are untrusted: restic's check accepts separators and `..`
 * in names (repository-format, section 14), so whoever writes to a file system must ask here first.
 */
export function isSafeName(nameBytes: Uint8Array, platform: NodeJS.Platform = process.platform): boolean {
  if (nameBytes.length === 0 || nameBytes.includes(0x2f) || nameBytes.includes(0)) return false;
  if (nameBytes[0] === 0x2e && (nameBytes.length === 1 || (nameBytes.length === 2 && nameBytes[1] === 0x2e)))
    return false;
  if (platform !== 'win32') return true;
  const name = Buffer.from(nameBytes).toString(isUtf8(nameBytes) ? 'utf8' : 'latin1');
  return !WINDOWS_FORBIDDEN.test(name) && !WINDOWS_DEVICE.test(name);
}
