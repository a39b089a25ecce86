import type { VerificationView } from '../../contracts/verifications.ts';
import { catalogue } from '../i18n/catalogue.ts';
import { useTexts } from '../i18n/use-texts.ts';
import { StateWord } from './state-word.tsx';
import type { ShownState } from './texts.ts';

const verificationTexts = catalogue(
  {
    running: 'Running',
    verified: 'Sound',
    damaged: 'Damaged',
    failed: 'Could not look',
    cancelled: 'Cancelled',
  },
  {
    de: {
      running: 'Läuft',
      verified: 'Unversehrt',
      damaged: 'Beschädigt',
      failed: 'Ließ sich nicht prüfen',
      cancelled: 'Abgebrochen',
    },
  },
);

const LOOKS: Readonly<Record<VerificationView['status'], ShownState>> = {
  running: 'running',
  verified: 'ok',
  damaged: 'failed',
  failed: 'warning',
  cancelled: 'cancelled',
};

/** What a check, a verification or a restore on trial has found. */
export function VerificationState({ status }: { readonly status: VerificationView['status'] }) {
  const texts = useTexts(verificationTexts);
  return <StateWord state={LOOKS[status]} word={texts[status]} />;
}
