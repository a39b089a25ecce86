import { Button, Menu, MenuItemLink, MenuList, MenuPopover, MenuTrigger, Text } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useTexts } from '../../../i18n/use-texts.ts';
import { downloadPath, downloadPathOf } from '../download.ts';
import type { Choice } from './choice.ts';
import { browseTexts } from './texts.ts';

interface DownloadButtonProps {
  readonly backupId: string;
  /** The folder in sight. */
  readonly path: string;
  readonly choice: Choice;
}

/** A file as it is; a folder, or several entries, in one of two wrappings. */
export function DownloadButton({ backupId, path, choice }: DownloadButtonProps) {
  const texts = useTexts(browseTexts);
  const [only, ...others] = choice.values();
  const single = others.length === 0 ? only : undefined;
  if (single?.type === 'file') {
    return (
      <Button
        as="a"
        appearance="subtle"
        icon={<ArrowDownloadRegular />}
        href={downloadPath(backupId, single.path)}
        download={single.name}
      >
        {texts.download}
      </Button>
    );
  }
  if (single && single.type !== 'dir') return null;
  const addressOf = (format: 'zip' | 'tar') =>
    others.length > 0
      ? downloadPathOf(backupId, path, [...choice.keys()], format)
      : downloadPath(backupId, single?.path ?? path, format);
  if (addressOf('zip') === null) return <Text size={200}>{texts.tooLong}</Text>;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<ArrowDownloadRegular />}>
          {texts.download}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {(['zip', 'tar'] as const).map((format) => (
            <MenuItemLink key={format} href={addressOf(format) ?? ''} download="">
              {texts.downloadAs[format]}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
