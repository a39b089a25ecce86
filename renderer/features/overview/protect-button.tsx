import { Button } from '@fluentui/react-components';
import { ShieldAddRegular } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { overviewTexts } from './texts.ts';

/** The way to a first backup, and to each further one. */
export function ProtectButton() {
  const texts = useTexts(overviewTexts);
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  if (!isAdmin) return null;
  return (
    <Button appearance="primary" icon={<ShieldAddRegular />} onClick={() => navigate(links.protect)}>
      {texts.protect}
    </Button>
  );
}
