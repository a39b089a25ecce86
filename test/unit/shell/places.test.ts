import { expect, test } from 'vitest';
import { placePopover } from '../../../main/shell/windows/popover-place.ts';
import { placeWindow } from '../../../main/shell/windows/window-state.ts';
import { externalLink } from '../../../main/shell/windows/external-link.ts';
import { unpacked } from '../../../main/shell/unpacked.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1040 };
const SECOND = { x: 1920, y: 0, width: 1280, height: 984 };
const LEFT = { x: 2000, y: 50, width: 1000, height: 700, isMaximized: true };

test('the window goes where it was left', () => {
  expect(placeWindow(LEFT, [SCREEN, SECOND])).toEqual({
    bounds: { x: 2000, y: 50, width: 1000, height: 700 },
    isMaximized: true,
  });
});

test('not to a display that is gone, nor beyond an edge, nor larger than its display', () => {
  expect(placeWindow(LEFT, [SCREEN])).toEqual({ bounds: { width: 1000, height: 700 }, isMaximized: true });
  expect(placeWindow({ ...LEFT, x: 1700, y: 900 }, [SCREEN]).bounds).toEqual({
    x: 920,
    y: 340,
    width: 1000,
    height: 700,
  });
  expect(placeWindow({ ...LEFT, x: 0, y: 0, width: 9000, height: 9000 }, [SCREEN]).bounds).toEqual(SCREEN);
  // A corner of a few pixels is nothing that one could take hold of.
  expect(placeWindow({ ...LEFT, x: 1900, y: 1030 }, [SCREEN]).bounds).toEqual({ width: 1000, height: 700 });
  expect(placeWindow(null, []).bounds).toEqual({ width: 1180, height: 780 });
  expect(placeWindow(null, [{ x: 0, y: 0, width: 1024, height: 600 }]).bounds).toEqual({ width: 1024, height: 600 });
});

test('the popover stays on its display, on the side of the taskbar', () => {
  const bottom = placePopover({ x: 1880, y: 1044, width: 24, height: 36 }, SCREEN);
  expect(bottom).toEqual({ x: 1532, y: 512, width: 380, height: 520 });
  const top = placePopover({ x: 100, y: 0, width: 24, height: 24 }, { ...SCREEN, y: 28 });
  expect(top).toEqual({ x: 8, y: 36, width: 380, height: 520 });
  // Some desktops do not tell where the icon is.
  expect(placePopover({ x: 0, y: 0, width: 0, height: 0 }, SCREEN)).toEqual({
    x: 1532,
    y: 512,
    width: 380,
    height: 520,
  });
});

test.each([
  ['https://restic.net/docs?a=1', 'https://restic.net/docs?a=1'],
  ['http://restic.net', null],
  ['https://user:secret@restic.net', null],
  ['javascript:alert(1)', null],
  ['file:///etc/passwd', null],
  ['ms-settings:privacy', null],
  ['nonsense', null],
  [`https://restic.net/${'a'.repeat(3000)}`, null],
])('as a link for the browser %.40s is %s', (text, link) => {
  expect(externalLink(text)).toBe(link);
});

test('real files lie beside the archive', () => {
  expect(unpacked('/opt/GuardIT/resources/app.asar')).toBe('/opt/GuardIT/resources/app.asar.unpacked');
  expect(unpacked('C:\\GuardIT\\resources\\app.asar\\dist')).toBe('C:\\GuardIT\\resources\\app.asar.unpacked\\dist');
  expect(unpacked('/home/me/my-app.asar-project')).toBe('/home/me/my-app.asar-project');
});
