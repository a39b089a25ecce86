import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../../renderer/format/formats.ts';
import { scheduleWords } from '../../../renderer/ui/schedule/schedule-words.tsx';
import { scheduleTexts } from '../../../renderer/ui/schedule/texts.ts';

describe('a schedule in words', () => {
  it.each([
    ['manual', 'By hand only', 'Nur von Hand'],
    ['every 1 hour', 'Every hour', 'Jede Stunde'],
    ['every 90 minutes', 'Every 90 minutes', 'Alle 90 Minuten'],
    ['every 1 day', 'Every day', 'Jeden Tag'],
    ['daily at 2:05', 'Every day at 2:05 AM', 'Jeden Tag um 02:05'],
    ['weekly on sunday at 23:00', 'Every Sunday at 11:00 PM', 'Jeden Sonntag um 23:00'],
    ['monthly on 31 at 0:00', 'Every month on day 31 at 12:00 AM', 'Jeden Monat am 31. um 00:00'],
    ['monthly on last at 4:30', 'Every month on its last day at 4:30 AM', 'Jeden Monat am letzten Tag um 04:30'],
    ['*/5 8-18 * * 1-5', '*/5 8-18 * * 1-5', '*/5 8-18 * * 1-5'],
  ])('%s', (schedule, english, german) => {
    // Intl sets a narrow space before AM and PM.
    const plain = (text: string) => text.replaceAll('\u202f', ' ');
    expect(plain(scheduleWords(schedule, scheduleTexts.en, formatsOf('en-US')))).toBe(english);
    expect(plain(scheduleWords(schedule, scheduleTexts.de, formatsOf('de-DE')))).toBe(german);
  });
});
