import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTexts } from '../../../i18n/use-texts.ts';
import { previewTexts } from './texts.ts';

const useStyles = makeStyles({
  frame: {
    flexGrow: 1,
    minHeight: 0,
    display: 'grid',
    placeItems: 'center',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'hidden',
  },
  picture: { maxWidth: '100%', maxHeight: '100%', objectFit: 'contain', minHeight: 0 },
});

/** A picture from memory: its address is good for this page only, and for as long as it is shown. */
export function PicturePreview({ name, blob }: { readonly name: string; readonly blob: Blob }) {
  const styles = useStyles();
  const texts = useTexts(previewTexts);
  const [address, setAddress] = useState<string | null>(null);
  const [isBad, setBad] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <div className={styles.frame}>
      {isBad && <Text>{texts.badPicture}</Text>}
      {address !== null && !isBad && (
        <img className={styles.picture} src={address} alt={texts.picture(name)} onError={() => setBad(true)} />
      )}
    </div>
  );
}
