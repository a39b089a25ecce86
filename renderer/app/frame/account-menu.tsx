import {
  Avatar,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { PasswordRegular, SignOutRegular } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import { useTexts } from '../../i18n/use-texts.ts';
import { useSession } from '../session/session-context.ts';
import { frameTexts } from './texts.ts';

const useStyles = makeStyles({
  button: {
    justifyContent: 'flex-start',
    minHeight: '44px',
    padding: `0 ${tokens.spacingHorizontalS}`,
    width: '100%',
    minWidth: 0,
  },
  words: { display: 'grid', textAlign: 'left', minWidth: 0 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', lineHeight: '18px' },
  role: {
    fontSize: '12px',
    lineHeight: '16px',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground2,
  },
});

/** Who one is. In the desktop app that may be whoever uses the computer: there is nothing to log out of then. */
export function AccountMenu() {
  const styles = useStyles();
  const texts = useTexts(frameTexts);
  const { me, isDesktop, logOut } = useSession();
  const [, navigate] = useLocation();
  if (isDesktop && me.kind !== 'user') return null;
  return (
    <Menu positioning="above-start">
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          className={styles.button}
          icon={<Avatar name={me.name} size={28} color="brand" aria-hidden />}
          title={texts.account(me.name)}
        >
          <span className={styles.words}>
            <span className={styles.name}>{me.name}</span>
            <span className={styles.role}>{texts.roles[me.role]}</span>
          </span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {/* The desktop app lets no answer with a token in it come to a page: a password is changed in a browser. */}
          {!isDesktop && (
            <MenuItem icon={<PasswordRegular />} onClick={() => navigate('/settings?part=account')}>
              {texts.password}
            </MenuItem>
          )}
          <MenuItem icon={<SignOutRegular />} onClick={() => void logOut()}>
            {texts.logOut}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
